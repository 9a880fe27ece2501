"""The API's house: what every door for programs shares."""
