package io.lockstep.hook;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;

/**
 * Reads one HTTP/1.1 answer. It returns a whole answer, or throws: {@link EOFException} when the other side closed before the
 * end, {@link ProtocolException} for what is no answer of an agent. An answer that does not tell its length is the latter, since
 * nobody could tell whether it was cut; so is one that exceeds a limit.
 */
final class AnswerReader {

    /** The XML of a request, and some room for what an agent adds to it. */
    static final int LONGEST_BODY = Main.LONGEST_XML + (64 << 10);

    private static final int LONGEST_LINE = 8 << 10;
    private static final int MOST_LINES = 200;

    private final ReadableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 << 10).flip();

    AnswerReader(ReadableByteChannel channel) {
        this.channel = channel;
    }

    Answer read() throws IOException {
        int status = readStatus();
        while (status < 200) { // 1xx only announces the answer
            skipHeaders();
            status = readStatus();
        }
        int length = -1;
        boolean chunked = false;
        for (int count = 0; ; count++) {
            String header = header(count);
            if (header.isEmpty()) {
                break;
            }
            int colon = header.indexOf(':');
            if (colon <= 0) {
                throw new ProtocolException("a header without a colon");
            }
            String name = header.substring(0, colon);
            String value = header.substring(colon + 1).strip();
            if (name.equalsIgnoreCase("Content-Length")) {
                int next = number(value, 10);
                if (length >= 0 && length != next) {
                    throw new ProtocolException("two lengths");
                }
                length = next;
            } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
                if (!value.equalsIgnoreCase("chunked")) {
                    throw new ProtocolException("an unknown transfer encoding");
                }
                chunked = true;
            }
        }
        if (chunked == (length >= 0) && status != 204) {
            throw new ProtocolException(chunked ? "two lengths" : "no length");
        }
        return new Answer(status, chunked ? readChunks() : readBytes(new byte[0], Math.max(length, 0)));
    }

    private int readStatus() throws IOException {
        String line = line();
        // HTTP/1.1 200 OK
        if (line.length() < 12 || !line.startsWith("HTTP/1.") || line.charAt(8) != ' ') {
            throw new ProtocolException("no HTTP/1.1");
        }
        int status = number(line.substring(9, 12), 10);
        if (status < 100 || (line.length() > 12 && line.charAt(12) != ' ')) {
            throw new ProtocolException("no HTTP status");
        }
        return status;
    }

    private void skipHeaders() throws IOException {
        int count = 0;
        while (!header(count).isEmpty()) {
            count++;
        }
    }

    private String header(int count) throws IOException {
        if (count > MOST_LINES) {
            throw new ProtocolException("too many headers");
        }
        return line();
    }

    private byte[] readChunks() throws IOException {
        byte[] body = new byte[0];
        while (true) {
            String line = line();
            int semicolon = line.indexOf(';');
            int size = number((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
            if (size == 0) {
                skipHeaders();
                return body;
            }
            body = readBytes(body, size);
            if (!line().isEmpty()) {
                throw new ProtocolException("a chunk of another size than it says");
            }
        }
    }

    /** What was there and as many bytes more. */
    private byte[] readBytes(byte[] before, int count) throws IOException {
        if (count > LONGEST_BODY - before.length) {
            throw new ProtocolException("more than " + LONGEST_BODY + " bytes");
        }
        byte[] all = Arrays.copyOf(before, before.length + count);
        int at = before.length;
        while (at < all.length) {
            fill();
            int n = Math.min(buffer.remaining(), all.length - at);
            buffer.get(all, at, n);
            at += n;
        }
        return all;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            fill();
            char c = (char) (buffer.get() & 0xff);
            if (c == '\n') {
                int last = line.length() - 1;
                if (last >= 0 && line.charAt(last) == '\r') {
                    line.setLength(last);
                }
                return line.toString();
            }
            if (line.length() >= LONGEST_LINE) {
                throw new ProtocolException("an endless line");
            }
            line.append(c);
        }
    }

    private void fill() throws IOException {
        if (!buffer.hasRemaining()) {
            buffer.clear();
            int n = channel.read(buffer);
            buffer.flip();
            if (n < 0) {
                throw new EOFException();
            }
        }
    }

    private static int number(String digits, int radix) throws ProtocolException {
        // parseInt takes signs
        boolean plain = !digits.isEmpty() && digits.charAt(0) != '+' && digits.charAt(0) != '-';
        try {
            if (plain) {
                return Integer.parseInt(digits, radix);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new ProtocolException("no number where one belongs");
    }
}
