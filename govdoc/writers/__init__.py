"""From Reports and findings to bytes and text. Nothing here touches a file."""
