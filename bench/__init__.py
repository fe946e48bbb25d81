"""Benchmarks. They use the venue's own names and tables, so Django is set up for all of them."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
django.setup()
