"""What people write in the sample: the words of a company that sells internet, mobile, electricity and goods."""
