import { bytesOf } from './bytes';

it('bytes are shown by place, in hexadecimal and as text', () => {
  expect(bytesOf(Buffer.from('#L#2.0;356\r\n').toString('base64'))).toBe('0000  23 4c 23 32 2e 30 3b 33 35 36 0d 0a              #L#2.0;356··');
  expect(bytesOf(Buffer.alloc(17, 0xff).toString('base64')).split('\n').map((line) => line.slice(0, 7))).toEqual(['0000  f', '0010  f']);
  expect(bytesOf('')).toBe('');
});
