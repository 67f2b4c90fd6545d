package io.lockstep.hook;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The agent at the other end of a unix socket.
 *
 * <p>An agent that restarts is waited for: a connection that fails and a {@code 503} are tried again until the connect time is
 * over. A connection that closes without a whole answer is an agent that went down over a request or was restarted; since an
 * agent may be asked anything twice, the request is sent again, with a fresh connect time, but only once: one that takes the
 * agent down twice would take it down for ever. What is no answer of an agent is never asked for again.
 */
final class Agent {

    private static final long PAUSE_MILLIS = 100;

    private final Settings settings;
    private final HookCall call;
    private final Watchdog watchdog;

    Agent(Settings settings, HookCall call, Watchdog watchdog) {
        this.settings = settings;
        this.call = call;
        this.watchdog = watchdog;
    }

    /** @throws IOException whose message says what a person should know */
    Answer ask(byte[] xml) throws IOException, InterruptedException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(settings.socket());
        boolean cut = false;
        watchdog.connecting(settings.connectMillisFor(call));
        while (true) {
            String trouble;
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                String failed = connect(channel, address);
                if (failed != null) {
                    trouble = "no connection to the agent at " + settings.socket() + " (" + failed + ")";
                } else {
                    watchdog.connected();
                    Answer answer = exchange(channel, xml);
                    if (answer.status() != Answer.STARTING) {
                        return answer;
                    }
                    String detail = Outcome.oneLine(answer.body());
                    trouble =
                            detail.isEmpty() ? "the agent is still starting" : "the agent is still starting: " + detail;
                }
            } catch (ProtocolException e) {
                throw new IOException("the agent's answer makes no sense: " + e.getMessage(), e);
            } catch (IOException e) {
                trouble = "the agent closed the connection without a whole answer";
                if (cut) {
                    throw new IOException(trouble + ", twice", e);
                }
                cut = true;
                watchdog.connecting(settings.connectMillisFor(call));
            }
            if (!watchdog.mayRetry(PAUSE_MILLIS)) {
                throw new IOException(trouble);
            }
            Thread.sleep(PAUSE_MILLIS);
            watchdog.reconnecting(trouble);
        }
    }

    /** Why there is no connection, or null. */
    private static @Nullable String connect(SocketChannel channel, UnixDomainSocketAddress address) {
        try {
            channel.connect(address);
            return null;
        } catch (IOException e) {
            String message = e.getMessage();
            return message == null ? e.getClass().getSimpleName() : message;
        }
    }

    private Answer exchange(SocketChannel channel, byte[] xml) throws IOException {
        String head = "POST " + call.target()
                + " HTTP/1.1\r\nHost: agent\r\nContent-Type: application/xml\r\nContent-Length: " + xml.length
                + "\r\nConnection: close\r\nLockstep-Deadline-Ms: " + watchdog.remainingMillis() + "\r\n\r\n";
        IOException unsent = null;
        try {
            send(channel, ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            send(channel, ByteBuffer.wrap(xml));
        } catch (IOException e) {
            unsent = e; // an agent may answer, and close, before it has read everything
        }
        try {
            return new AnswerReader(channel).read();
        } catch (EOFException e) {
            if (unsent != null) {
                e.addSuppressed(unsent);
            }
            throw e;
        }
    }

    private static void send(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
