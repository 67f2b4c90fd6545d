package io.lockstep.agent.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.agent.claim.Policy.IncomingPrepare;
import io.lockstep.agent.state.StateFile;
import io.lockstep.agent.state.StateStore;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.hook.HookEvent;
import io.lockstep.core.hook.HookOperation;
import io.lockstep.core.port.Definitions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncomingTest {

    private static final Instant NOW = Instant.parse("2026-11-22T20:00:00Z");
    private static final DomainUuid WEB = DomainUuid.of("11111111-0000-0000-0000-000000000001");
    private static final HandoverId ID = HandoverId.of("22222222-0000-0000-0000-000000000002");
    private static final Definitions UNREADABLE = name -> {
        throw new IOException("the definition of " + name + " cannot be read");
    };

    @TempDir
    Path directory;

    private StateStore state;

    @BeforeEach
    void reserve() throws Exception {
        state = new StateStore(new StateFile(directory.resolve("state.json")));
        OpenHandover handover = new OpenHandover(
                ID,
                new Epoch(1),
                WEB,
                "web",
                Side.TARGET,
                new HostName("h1"),
                new TreeSet<>(),
                ReservationState.PENDING,
                NOW,
                NOW.plus(Duration.ofMinutes(2)));
        state.promise(s -> s.with(handover));
    }

    private Optional<HandoverId> prepare(Definitions definitions, Optional<HandoverId> token) throws IOException {
        return prepare(IncomingPrepare.TOKEN, definitions, token);
    }

    private Optional<HandoverId> prepare(IncomingPrepare how, Definitions definitions, Optional<HandoverId> token)
            throws IOException {
        return new Incoming(how, state, definitions, InstantSource.fixed(NOW))
                .handover(
                        new HookEvent("web", HookOperation.PREPARE, "begin", "-", new byte[0]),
                        new DomainDefinition(WEB, "web", List.of(), token))
                .map(OpenHandover::id);
    }

    private static Definitions stored(String metadata) {
        String xml = "<domain><name>web</name><uuid>" + WEB + "</uuid><metadata>" + metadata + "</metadata></domain>";
        return name -> Optional.of(xml.getBytes(UTF_8));
    }

    private static String token(String id) {
        return "<lockstep:handover xmlns:lockstep='urn:lockstep:v1' id='" + id + "'/>";
    }

    @Test
    void a_token_that_comes_with_the_migration_alone_marks_its_prepare() throws IOException {
        assertThat(prepare(Definitions.NONE, Optional.of(ID))).hasValue(ID);
        assertThat(prepare(stored(""), Optional.of(ID))).hasValue(ID);
        assertThat(prepare(stored(token("33333333-0000-0000-0000-000000000003")), Optional.of(ID)))
                .hasValue(ID);
    }

    @Test
    void a_start_of_a_definition_that_kept_the_token_is_a_start() throws IOException {
        assertThat(prepare(stored(token(ID.toString())), Optional.of(ID))).isEmpty();
    }

    @Test
    void a_token_is_not_believed_while_the_definition_cannot_be_read() {
        assertThatThrownBy(() -> prepare(UNREADABLE, Optional.of(ID)))
                .hasMessage("the definition of web cannot be read");
        assertThatThrownBy(() -> prepare(name -> Optional.of("<domain>".getBytes(UTF_8)), Optional.of(ID)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("in its definition the domain XML cannot be read");
    }

    @Test
    void where_the_first_prepare_counts_a_second_one_is_a_start() throws Exception {
        assertThat(prepare(IncomingPrepare.FIRST, UNREADABLE, Optional.empty())).hasValue(ID);

        state.promise(s -> s.with(s.handoverOf(WEB).orElseThrow().with(ReservationState.CONSUMED))
                .with(DomainClaims.of(WEB, "web", Map.of()).under(Optional.of(ID))));

        assertThat(prepare(IncomingPrepare.FIRST, UNREADABLE, Optional.empty())).isEmpty();
        assertThat(prepare(Definitions.NONE, Optional.of(ID))).hasValue(ID);
    }

    @Test
    void a_start_without_a_token_needs_no_definition() throws IOException {
        assertThat(prepare(UNREADABLE, Optional.empty())).isEmpty();
    }
}
