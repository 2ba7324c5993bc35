"""An edited Word report and its workbook: new figures into the one, edited narrative back into the other."""
