module.exports = {
  url: 'https://paper.example',
  baseUrl: '/',
};
