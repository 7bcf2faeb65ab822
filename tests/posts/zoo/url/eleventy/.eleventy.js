module.exports = (config) => ({ dir: { input: 'src' } });
