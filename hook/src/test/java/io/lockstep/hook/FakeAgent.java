package io.lockstep.hook;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An agent that answers with the bytes that it was given, in their order; the last ones again and again. */
final class FakeAgent implements AutoCloseable {

    /** A request as it came. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Request(String line, Map<String, String> headers, byte[] body) {
        String body(Charset charset) {
            return new String(body, charset);
        }
    }

    /** What to do with a connection. The request has been read. */
    interface Reply {
        void to(SocketChannel channel) throws IOException, InterruptedException;
    }

    private final ServerSocketChannel server;
    private final Path socket;
    private final List<Reply> replies;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> seen;

    FakeAgent(Path socket, Reply... replies) throws IOException {
        this(socket, new LinkedBlockingQueue<>(), replies);
    }

    private FakeAgent(Path socket, BlockingQueue<String> seen, Reply... replies) throws IOException {
        this.seen = seen;
        this.socket = socket;
        this.replies = List.of(replies);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().name("fake agent").start(this::serve);
    }

    static Reply says(String answer) {
        return bytes(answer.getBytes(StandardCharsets.UTF_8));
    }

    static Reply bytes(byte[] answer) {
        return channel -> {
            ByteBuffer out = ByteBuffer.wrap(answer);
            while (out.hasRemaining()) {
                channel.write(out);
            }
        };
    }

    static Reply answers(int status, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return says("HTTP/1.1 " + status + " Whatever\r\ncontent-length: " + length + "\r\n\r\n" + body);
    }

    static Reply allows() {
        return answers(200, "");
    }

    /** One that says nothing until the hook goes away, and remembers that. */
    static FakeAgent hanging(Path socket) throws IOException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        return new FakeAgent(socket, seen, channel -> {
            seen.add("request");
            int read = 0;
            while (read >= 0) {
                read = channel.read(ByteBuffer.allocate(1));
            }
            seen.add("closed");
        });
    }

    boolean sawARequest() throws InterruptedException {
        return "request".equals(seen.poll(30, TimeUnit.SECONDS));
    }

    boolean sawTheHookLeave() throws InterruptedException {
        String next = seen.poll(30, TimeUnit.SECONDS);
        if ("request".equals(next)) {
            next = seen.poll(30, TimeUnit.SECONDS);
        }
        return "closed".equals(next);
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    private void serve() {
        int count = 0;
        while (true) {
            SocketChannel channel;
            try {
                channel = server.accept();
            } catch (IOException e) {
                return; // closed
            }
            Reply reply = replies.get(Math.min(count++, replies.size() - 1));
            Thread.ofVirtual().start(() -> {
                try (channel) {
                    requests.add(readRequest(channel));
                    reply.to(channel);
                } catch (IOException | InterruptedException e) {
                    // the hook went away, as some tests want
                }
            });
        }
    }

    private static Request readRequest(SocketChannel channel) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(16 << 20);
        String text = "";
        int end = -1;
        while (end < 0) {
            read(channel, in);
            text = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
            end = text.indexOf("\r\n\r\n");
        }
        List<String> lines = new ArrayList<>(List.of(text.substring(0, end).split("\r\n")));
        String first = lines.removeFirst();
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : lines) {
            headers.put(
                    line.substring(0, line.indexOf(':')),
                    line.substring(line.indexOf(':') + 1).strip());
        }
        int total = end + 4 + Integer.parseInt(headers.get("Content-Length"));
        while (in.position() < total) {
            read(channel, in);
        }
        return new Request(first, headers, Arrays.copyOfRange(in.array(), end + 4, total));
    }

    private static void read(SocketChannel channel, ByteBuffer in) throws IOException {
        if (channel.read(in) < 0) {
            throw new IOException("the request was cut");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
