"""How each file is written. Runs in the processes of `api.exports.process`, knows nothing of HTTP."""
