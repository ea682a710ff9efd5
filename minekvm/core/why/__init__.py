"""Why something happened: questions read by plain rules, reasons picked from messages, claims."""
