"""Thousands of filled workbooks from a seed, as a city or a province collects them, and broken ones among them.

Run it as ``python -m benchmarks.make_inputs FOLDER --count 1000 --seed 1 --broken 5``. Same arguments, same files.
A workbook is the standard one as a spreadsheet program saves it: totals and check marks worked out, last year filled
in, narrative with figure references. One is made in full; the others differ from it in what people type.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import shutil
import struct
import sys
import tomllib
import zipfile
import zlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from govdoc.layouts.schema import load_layout  # noqa: E402 - the checkout's, not an installed govdoc's
from govdoc.writers.workbook import make_workbook  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LAYOUT = load_layout("2021")
YEAR = 2024
_COLUMNS = [column.key for column in LAYOUT.table["t3"].blocks[0].columns]
_PARTS = [column for column in _COLUMNS if column != "total"]
_ROWS = [row.key for row in LAYOUT.table["t3"].blocks[0].rows]
_OUTCOMES = _ROWS[_ROWS.index("granted") : _ROWS.index("results_total")]
_OUTCOME_WEIGHTS = [40, 9, *[2] * 8, 18, 6, 3, *[1] * 5, *[1] * 3]
_FIRST, _FIRST_LAST_YEAR = 700_000_001, 800_000_001  # numbers that stand for figures until a unit's are put in
_AGENCY, _TALE = "机关名称占位", "正文占位"
_STAMP = re.compile(rb"[78]00000[0-9]{3}")
_FORMULA = re.compile(rb'(<c r="([A-Z]+[0-9]+)"(?: s="[0-9]+")?)( t="[a-z]+")?>(<f>[^<]*</f>)<v ?/?>(?:</v>)?</c>')
_ZIP64 = 0xFFFFFFFF  # sizes from here on stand in a field of their own
_EPOCH = (1980, 1, 1, 0, 0, 0)

_CITIES = tuple(
    f"{first}{second}"
    for first, second in zip(
        "安昌德东丰高海和临明南平清荣顺泰望西永镇", "平宁兴川城阳晏顺江水华远河昌平和都平安远", strict=True
    )
)
_BUREAUS = (
    *(
        "人民政府办公室",
        "发展和改革局",
        "教育局",
        "科学技术局",
        "工业和信息化局",
        "公安局",
        "民政局",
        "司法局",
        "财政局",
    ),
    *(
        "人力资源和社会保障局",
        "自然资源局",
        "生态环境局",
        "住房和城乡建设局",
        "交通运输局",
        "水利局",
        "农业农村局",
        "商务局",
    ),
    *("文化广电和旅游局", "卫生健康局", "应急管理局", "审计局", "市场监督管理局", "统计局", "医疗保障局", "城市管理局"),
    *("信访局", "林业局", "税务局", "气象局", "数据局"),
)
_SENTENCES = (
    "坚持以公开为常态、不公开为例外，及时更新法定主动公开内容。",
    "严格执行信息发布审核制度，落实先审后发，全年未发生失泄密事件。",
    "通过政府网站、政务新媒体和政务公开专区多渠道发布信息。",
    "完善依申请公开登记、审核、办理、答复、归档各环节的工作流程。",
    "组织业务培训和案例研讨，提高工作人员的法治意识和答复质量。",
    "加强政策解读，重要文件与解读材料同步组织、同步审签、同步发布。",
    "对照考核指标开展自查自纠，对发现的问题逐项限期整改。",
    "政府网站集约化平台运行平稳，搜索和互动功能进一步完善。",
)


# ---------------------------------------------------------------- one unit's figures


def unit_figures(dice: random.Random, size: int) -> dict[str, int]:
    """Return figures in which every statutory sum holds; ``size`` is about how many applications come in a year."""
    figures = dict.fromkeys(LAYOUT.figures, 0)
    for key in figures:
        if key.endswith(".in_force"):
            figures[key] = figures[key.replace("in_force", "made")] + dice.randrange(0, size * 3 + 3)
        elif key.startswith("t2."):
            figures[key] = dice.randrange(0, size + 3)
        elif key.startswith("t4.") and not key.endswith(".total"):
            figures[key] = dice.choice((0, 0, 0, 0, 1, 2)) * (1 + size // 200)
    shares = (80, 14, 1, 1, 2, 2)
    for column, share in zip(_PARTS, shares, strict=True):
        figures |= _column(dice, column, size * share // 100)
    for _ in range(2):  # a total of totals comes right in the second round
        for key, equation in LAYOUT.totals.items():
            figures[key] = sum(figures[part] for part in equation.parts)
    return figures


def _column(dice: random.Random, column: str, received: int) -> dict[str, int]:
    carried = dice.randrange(0, received // 20 + 2) if received else 0
    forward = dice.randrange(0, (received + carried) // 20 + 1)
    outcomes = dict.fromkeys(_OUTCOMES, 0)
    for outcome in dice.choices(_OUTCOMES, _OUTCOME_WEIGHTS, k=received + carried - forward):
        outcomes[outcome] += 1
    rows = {"received": received, "carried_over": carried, "carried_forward": forward, **outcomes}
    return {f"t3.{row}.{column}": number for row, number in rows.items()}


def last_years(dice: random.Random, figures: Mapping[str, int]) -> dict[str, int]:
    """Return last year's figures that this year's continue."""
    last = {key: max(0, round(number * dice.uniform(0.8, 1.2))) for key, number in figures.items()}
    for one in LAYOUT.continued:
        last[one.last] = (
            0
            if one.at_least
            else figures[one.this] - sum(map(figures.__getitem__, one.plus)) + sum(map(figures.__getitem__, one.minus))
        )
    return {key: max(0, number) for key, number in last.items()}


# ---------------------------------------------------------------- one workbook made in full, many stamped from it


@cache
def _stamped() -> tuple[dict[str, bytes], dict[str, dict[str, bytes]]]:
    """Return the parts of the workbook from which all are made, and by part the cells of totals with their stamps."""
    content = tomllib.loads((ROOT / "tools" / "chaoyang-2021.toml").read_text(encoding="utf-8"))
    numbers = {key: _FIRST + place for place, key in enumerate(LAYOUT.figures)}
    narratives = {
        section: [(entry["heading"], f"{_TALE}{section}{number}") for number, entry in enumerate(entries)]
        for section, entries in content["narratives"].items()
    }
    info: dict[str, str | int] = {
        "agency": _AGENCY,
        "year": YEAR,
        "agency_type": "政府部门",
        "scope": "本级",
        "published": "2025-01-20",
    }
    previous = {key: _FIRST_LAST_YEAR + place for place, key in enumerate(LAYOUT.figures)}
    totals = {key: number for key, number in numbers.items() if key not in LAYOUT.totals}
    book = make_workbook(LAYOUT, info=info, figures=totals, narratives=narratives, previous=previous)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strings = "xl/sharedStrings.xml"  # in UTF-8, as spreadsheet programs write it
    parts[strings] = re.sub(rb"&#([0-9]{3,});", lambda match: chr(int(match[1])).encode(), parts[strings])
    sheets = {name: f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(LAYOUT.sheets, 1)}
    results: dict[str, dict[str, bytes]] = {}
    for section in LAYOUT.sections:
        if section.table is not None:
            slots = LAYOUT.table[section.table].form.slots
            results[sheets[section.sheet]] = {
                _cell(slot.row, slot.column): b"%d" % numbers[slot.figure.key]
                for slot in slots
                if slot.figure.key in LAYOUT.totals
            }
    for part, cells in results.items():
        parts[part] = _FORMULA.sub(partial(_result, cells), parts[part])
    return parts, results


def _cell(row: int, column: int) -> str:
    from govdoc.finding import cell_name

    return cell_name(row, column)


def _result(cells: Mapping[str, bytes], match: re.Match[bytes]) -> bytes:
    """Return a formula's cell with what a spreadsheet program would have worked out: a total, or a check mark."""
    total = cells.get(match[2].decode())
    if total is not None:
        return match[1] + b">" + match[4] + b"<v>" + total + b"</v></c>"
    return match[1] + b' t="str">' + match[4] + b"<v>" + "✓".encode() + b"</v></c>"


def make_one(seed: int, number: int) -> tuple[str, bytes]:
    """Return the name and the bytes of a unit's workbook."""
    dice = random.Random(f"{seed}-{number}")  # noqa: S311 - nothing secret
    agency = unit_name(number)
    figures = unit_figures(dice, round(dice.lognormvariate(4, 1.2)))
    last = last_years(dice, figures)
    values = [*figures.values()], [*last.values()]
    parts, _ = _stamped()

    def value(match: re.Match[bytes]) -> bytes:
        stamp = int(match[0])
        years = values[stamp >= _FIRST_LAST_YEAR]
        return b"%d" % years[stamp % 100_000_000 - 1]

    made = {}
    for name, data in parts.items():
        if name.startswith("xl/worksheets/"):
            made[name] = _STAMP.sub(value, data)
        elif name == "xl/sharedStrings.xml":
            made[name] = _texts(data, agency, dice)
    return f"{agency}.xlsx", _pack(parts, made)


def unit_name(number: int) -> str:
    """Return the name of a unit; no two units have the same."""
    city, bureau = divmod(number, len(_BUREAUS))
    district, city = divmod(city, len(_CITIES))
    return f"{_CITIES[city]}市{f'第{district}区' if district else ''}{_BUREAUS[bureau]}"


def _texts(strings: bytes, agency: str, dice: random.Random) -> bytes:
    def tale(_: re.Match[bytes]) -> bytes:
        sentences = dice.choices(_SENTENCES, k=dice.randrange(4, 9))
        sentences.append(
            "全年收到申请{{三.本年新收.总计}}件，办结{{三.办理结果.总计}}件，予以公开{{三.予以公开.总计}}件。"
        )
        return "\n".join(("".join(sentences[:3]), "".join(sentences[3:]))).encode()

    strings = strings.replace(_AGENCY.encode(), agency.encode())
    return re.sub(f"{_TALE}[a-z_]+[0-9]+".encode(), tale, strings)


def _pack(parts: Mapping[str, bytes], made: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, made.get(name, data))
    return packed.getvalue()


# ---------------------------------------------------------------- hostile and damaged files


def truncated(book: bytes) -> bytes:
    """Return a workbook whose transfer broke off."""
    return book[: len(book) * 2 // 3]


def encrypted(_: bytes) -> bytes:
    """Return what begins like a workbook with a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096) + "EncryptedPackage".encode("utf-16-le") + bytes(4096)


def not_a_workbook(_: bytes) -> bytes:
    """Return a text with a workbook's suffix."""
    return "这不是工作簿".encode() * 500


def bomb(book: bytes, size: int = 10 * 1024**3) -> bytes:
    """Return a workbook with a part of ``size`` zero bytes, about a thousandth of that on disk."""
    step = 64 * 1024**2
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(step)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = piece * (size // step) + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return _with_part(book, "xl/media/image1.bin", data, size)


def lying_bomb(book: bytes) -> bytes:
    """Return a workbook with a sheet that declares a kilobyte and inflates to a gigabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(b" " * 64 * 1024**2) + packer.flush(zlib.Z_FULL_FLUSH)
    start = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = start.compress(b"<worksheet>") + start.flush(zlib.Z_FULL_FLUSH)
    data = head + piece * 16 + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return _with_part(_without(book, "xl/worksheets/sheet5.xml"), "xl/worksheets/sheet5.xml", data, 1024)


def million_rows(book: bytes) -> bytes:
    """Return a workbook with a sheet whose last cell is the last that Excel has."""
    return _with_sheet(book, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def million_cells(book: bytes) -> bytes:
    """Return a workbook with a sheet of a million rows."""
    return _with_sheet(book, "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 1_000_001)))


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "截断": truncated,
    "加密": encrypted,
    "不是工作簿": not_a_workbook,
    "压缩炸弹": bomb,
    "谎报大小": lying_bomb,
    "百万行": million_rows,
    "百万格": million_cells,
}


def _without(book: bytes, part: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as archive, zipfile.ZipFile(packed, "w") as other:
        for entry in archive.infolist():
            if entry.filename != part:
                other.writestr(entry, archive.read(entry))
    return packed.getvalue()


def _with_sheet(book: bytes, rows: str) -> bytes:
    part = "xl/worksheets/sheet5.xml"
    packed = io.BytesIO(_without(book, part))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, sheet)
    return packed.getvalue()


def _with_part(book: bytes, name: str, deflated: bytes, declared: int) -> bytes:
    """Return an archive with one more part, whose deflated bytes and declared size are given as they are."""
    end = book.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack("<HII", book[end + 10 : end + 20])
    big = declared >= _ZIP64
    extra = struct.pack("<HHQQ", 1, 16, declared, len(deflated)) if big else b""
    sizes = (_ZIP64, _ZIP64) if big else (len(deflated), declared)
    common = struct.pack("<HHHHHIII", 45, 0, 8, 0, 33, 0, *sizes) + struct.pack("<HH", len(name), len(extra))
    local = b"PK\x03\x04" + common + name.encode() + extra + deflated
    central = (
        b"PK\x01\x02"
        + struct.pack("<H", 45)
        + common
        + struct.pack("<HHHII", 0, 0, 0, 0, start)
        + name.encode()
        + extra
    )
    if big:  # in the directory the order of the two sizes is the same, the local header's is that of the format
        central = central.replace(extra, struct.pack("<HHQQ", 1, 16, declared, len(deflated)))
    directory = book[start : start + size] + central
    where = start + len(local)
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count + 1, count + 1, len(directory), where, 0)
    return book[:start] + local + directory + tail


# ---------------------------------------------------------------- folders


def make_folder(folder: Path, count: int, seed: int = 1, broken: int = 0) -> None:
    """Fill a folder with workbooks; of a hundred, ``broken`` are broken in all the ways there are, in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = sorted((ROOT / "sample_inputs" / "broken").glob("*.xlsx"))
    ways: list[tuple[str, Path | Callable[[bytes], bytes]]] = [
        *HOSTILE.items(),
        *((path.stem, path) for path in samples),
    ]
    every = 100 // broken if broken else count + 1
    for number in range(count):
        name, data = make_one(seed, number)
        if number % every == every - 1:
            kind, way = ways[number // every % len(ways)]
            path = folder / f"{name.removesuffix('.xlsx')}-{kind}.xlsx"
            if isinstance(way, Path):
                shutil.copyfile(way, path)
            else:
                path.write_bytes(way(data))
        else:
            (folder / name).write_bytes(data)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broken", type=int, default=0, help="how many of a hundred")
    given = parser.parse_args()
    make_folder(given.folder, given.count, given.seed, given.broken)


if __name__ == "__main__":
    main()
