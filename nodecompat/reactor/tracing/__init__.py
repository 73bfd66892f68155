"""What happens below the API, told while somebody watches."""
