// A package that cannot be loaded, as one that was built for another Node.
throw Object.assign(new Error('not there, for the sake of the test'), { code: 'ERR_DLOPEN_FAILED' })
