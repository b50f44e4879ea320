import { describe, expect, it } from 'vitest';
import { readDocumentedRows, readPackageTables } from './package-tables.ts';

const page = `# Page
| \`BEFORE\` | not below a heading that names the table |

## Some (\`someErrors\`)
| Code | Meaning |
|---|---|
| \`A_ONE\` | with \\| inside |
| plain | no code in the first column |
| \`A_TWO\` | two |

## Other (\`otherErrors\`)
| \`B_ONE\` | one |
`;

describe('readDocumentedRows', () => {
  it('takes the rows of one section, by the code in their first column', () => {
    expect([...readDocumentedRows(page, 'someErrors')]).toEqual([
      ['A_ONE', ['`A_ONE`', 'with \\| inside']],
      ['A_TWO', ['`A_TWO`', 'two']],
    ]);
  });

  it('finds nothing where no heading names the table', () => {
    expect([...readDocumentedRows(page, 'someErr')]).toEqual([]);
  });
});

describe('readPackageTables', () => {
  it('reads the tables that the sources export', async () => {
    const table = (await readPackageTables('Errors')).find(({ name }) => name === 'hubProtocolErrors');
    expect(table?.package).toBe('hub-protocol');
    expect(table?.entries).toHaveProperty('PROTOCOL_INVALID_MESSAGE');
  });
});
