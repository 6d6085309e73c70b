"""What every address under ``/api/v1/`` shares: one shape of errors, strict input, pages, limits, safe retries."""
