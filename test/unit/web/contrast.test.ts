/** Text of the page can be read: contrast of at least 4.5 (WCAG 2.2, 1.4.3), in light and in dark. */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const css = readFileSync(join(import.meta.dirname, '../../../web/page.css'), 'utf8');
const themes = [...css.matchAll(/:root \{([^}]*)\}/g)].map(
  ([, body = '']) =>
    new Map([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value])),
);

/** Relative luminance (WCAG 2.2). */
const luminance = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = parseInt(colour.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
};

describe.each(['light', 'dark'].map((name, i) => [name, themes[i]] as const))('in the %s theme', (_, theme) => {
  test.each([
    ['front', 'back'],
    ['front', 'panel'],
    ['soft', 'back'],
    ['soft', 'panel'],
    ['accent', 'back'],
    ['on-accent', 'accent'],
    ['good', 'good-back'],
    ['bad', 'bad-back'],
    ['bad', 'panel'],
    ['panel', 'bad'],
    ['warn', 'warn-back'],
  ])('%s can be read on %s', (text, ground) => {
    expect(contrast(theme?.get(text) ?? '', theme?.get(ground) ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});
