package io.lockstep.agent.service;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One request over the agent's unix socket, as the hook program makes it. */
record HookCall(int status, String body) {

    static HookCall post(Path socket, String query, String xml) throws IOException {
        byte[] body = xml.getBytes(StandardCharsets.UTF_8);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            OutputStream request = new java.io.ByteArrayOutputStream();
            request.write(("POST /v1/hook?" + query + " HTTP/1.1\r\nHost: agent\r\nContent-Type: application/xml\r\n"
                            + "Connection: close\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            request.write(body);
            channel.write(ByteBuffer.wrap(((java.io.ByteArrayOutputStream) request).toByteArray()));
            return read(channel);
        }
    }

    private static HookCall read(SocketChannel channel) throws IOException {
        java.io.ByteArrayOutputStream answer = new java.io.ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(8192);
        while (channel.read(part) >= 0) {
            part.flip();
            answer.write(part.array(), 0, part.limit());
            part.clear();
        }
        String text = answer.toString(StandardCharsets.UTF_8);
        int head = text.indexOf("\r\n\r\n");
        return new HookCall(Integer.parseInt(text.substring(9, 12)), text.substring(head + 4));
    }
}
