"""Values to text: terminal, Markdown, JSON."""
