"""One module for each part of the product; each function measures one goal or a few that share their rounds."""
