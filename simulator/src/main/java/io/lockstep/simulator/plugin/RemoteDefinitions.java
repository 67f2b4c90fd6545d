package io.lockstep.simulator.plugin;

import io.grpc.StatusRuntimeException;
import io.lockstep.core.port.Definitions;
import io.lockstep.simulator.v1.ReadDefinitionRequest;
import io.lockstep.simulator.v1.ReadDefinitionResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The definitions of a simulated host. */
final class RemoteDefinitions implements Definitions {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Calls calls;
    private final String host;

    RemoteDefinitions(Calls calls, String host) {
        this.calls = calls;
        this.host = host;
    }

    @Override
    public Optional<byte[]> stored(String name) throws IOException {
        try {
            ReadDefinitionResponse answer = calls.within(LIMIT)
                    .readDefinition(ReadDefinitionRequest.newBuilder()
                            .setHost(host)
                            .setName(name)
                            .build());
            return answer.hasXml() ? Optional.of(answer.getXml().getBytes(StandardCharsets.UTF_8)) : Optional.empty();
        } catch (StatusRuntimeException e) {
            throw new IOException("the simulator does not answer: " + e.getStatus(), e);
        }
    }
}
