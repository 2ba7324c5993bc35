// Workbook → report with SheetJS and docxtemplater: once to warm up, then timed. Prints one time in ms a line.
const fs = require("fs");
const PizZip = require("pizzip");
const Docxtemplater = require("docxtemplater");
const XLSX = require("xlsx");

const [template, places, output, rounds, ...workbooks] = process.argv.slice(2);
const { figures, texts } = JSON.parse(fs.readFileSync(places, "utf8"));
const base = fs.readFileSync(template);

function build(workbook) {
  const book = XLSX.read(fs.readFileSync(workbook));
  const data = {};
  for (const [tag, sheet, cell] of figures) data[tag] = String(book.Sheets[sheet][cell].v);
  for (const [tag, sheet, cell] of texts) data[tag] = String((book.Sheets[sheet][cell] || { v: "" }).v);
  const doc = new Docxtemplater(new PizZip(base), { linebreaks: true });
  doc.render(data);
  fs.writeFileSync(output, doc.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" }));
}

workbooks.forEach(build);
for (let round = 0; round < Number(rounds); round++) {
  const start = process.hrtime.bigint();
  build(workbooks[round % workbooks.length]);
  console.log(Number(process.hrtime.bigint() - start) / 1e6);
}
