export default defineConfig({ site: 'https://paper.example' });
