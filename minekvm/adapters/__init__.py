"""The edges: each outside program or package has one door here."""
