"""An invented world to look around in: companies, people, customers and a year of deals."""
