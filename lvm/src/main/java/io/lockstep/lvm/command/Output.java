package io.lockstep.lvm.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One output stream of a process, read by a daemon thread of its own, which may outlive everybody who waits for it.
 *
 * <p>Guarantees: what was printed so far can be had at any time; a process that prints without end fills no memory and does not block.
 */
final class Output {

    private final int keep;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Thread reader;
    private boolean dropped;

    private Output(InputStream stream, int keep, String name) {
        this.keep = keep;
        // A platform thread: a read that never returns would hold a virtual thread's carrier.
        this.reader = Thread.ofPlatform().daemon().name(name).unstarted(() -> drain(stream));
    }

    static Output of(InputStream stream, int keep, String name) {
        Output output = new Output(stream, keep, name);
        output.reader.start();
        return output;
    }

    private void drain(InputStream stream) {
        byte[] chunk = new byte[8192];
        try (stream) {
            for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
                add(chunk, n);
            }
        } catch (IOException e) {
            // The process is gone; what it said before counts.
        }
    }

    private synchronized void add(byte[] chunk, int length) {
        int room = Math.min(length, keep - kept.size());
        kept.write(chunk, 0, room);
        dropped |= room < length;
    }

    /** Waits for the end of the stream, which a child of the process may keep open for ever. */
    void await(Duration limit) {
        Patience.wait(limit, nanos -> reader.join(Duration.ofNanos(nanos)));
    }

    synchronized String text() {
        return kept.toString(StandardCharsets.UTF_8);
    }

    synchronized boolean whole() {
        return !dropped;
    }
}
