"""One module per page. (Not `pages`: Streamlit would run files in a folder of that name by themselves, past the door.)"""
