package io.lockstep.agent.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.agent.controller.Controller.BeginOutcome;
import io.lockstep.agent.work.Deadline;
import io.lockstep.agent.work.SteadyClock;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.volume.Volume;
import io.lockstep.proto.v1.BeginRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Controllers on real ports, of which one dies, is ill or hangs. */
class ControllerClientTest {

    private static final Volume ROOT = Volume.of("vg0/web-root", "aaaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa");
    private static final Duration LONG = Duration.ofSeconds(55);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<AutoCloseable> ending = new ArrayList<>();
    private final FakeController first = controller();
    private final FakeController second = controller();
    private final ControllerClient client = client(first.endpoint(), second.endpoint());

    private FakeController controller() {
        try {
            FakeController controller = new FakeController();
            ending.add(controller);
            return controller;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ControllerClient client(String... endpoints) {
        ControllerClient made = new ControllerClient(
                new HostName("hv-b"), "hv-b:7600", "0.1", "boot-1", new Endpoints(List.of(endpoints)), threads);
        ending.add(made::close);
        return made;
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : ending) {
            each.close();
        }
        threads.shutdownNow();
    }

    private static BeginOutcome begin(ControllerClient client, Duration time) {
        return client.begin(
                new DomainUuid(new UUID(1, 1)),
                "web",
                new TreeSet<>(Set.of(ROOT)),
                new Epoch(4),
                Deadline.in(time, SteadyClock.CLOCK));
    }

    private BeginOutcome begin() {
        return begin(client, LONG);
    }

    private static List<String> ids(FakeController... controllers) {
        return Stream.of(controllers)
                .flatMap(c -> c.begins.stream())
                .map(BeginRequest::getHandoverId)
                .toList();
    }

    @Test
    void the_first_controller_that_is_configured_is_asked_first_and_alone() {
        assertThat(begin()).isInstanceOfSatisfying(BeginOutcome.Opened.class, opened -> {
            assertThat(opened.id().toString()).isEqualTo(ids(first).getFirst());
            assertThat(opened.epoch()).isEqualTo(new Epoch(5));
            assertThat(opened.source()).isEqualTo(new HostName("hv-a"));
            assertThat(opened.shared()).containsExactly(ROOT);
        });
        assertThat(second.begins).isEmpty();
    }

    @Test
    void one_that_is_down_is_passed_over_and_the_one_that_answered_stays_the_first_to_be_asked() throws IOException {
        first.close();

        assertThat(begin()).isInstanceOf(BeginOutcome.Opened.class);

        try (FakeController back = new FakeController(first.port)) {
            assertThat(begin()).isInstanceOf(BeginOutcome.Opened.class);
            assertThat(back.begins).as("the one that answered last is asked").isEmpty();
            assertThat(second.begins).hasSize(2);

            second.close();

            assertThat(begin()).as("and the other way round").isInstanceOf(BeginOutcome.Opened.class);
            assertThat(back.begins).hasSize(1);
        }
    }

    @Test
    void a_begin_in_flight_at_a_controller_that_dies_is_repeated_at_the_next_as_the_same_handover() {
        first.answer = FakeController.Answer.NEVER;
        CompletableFuture<BeginOutcome> outcome = CompletableFuture.supplyAsync(this::begin, threads);
        await().until(() -> first.begins.size() == 1);

        first.close();

        assertThat(outcome.join()).isInstanceOf(BeginOutcome.Opened.class);
        assertThat(second.begins).isEqualTo(first.begins);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "INTERNAL"})
    void one_that_says_that_it_cannot_answer_is_passed_over(FakeController.Answer ill) {
        first.answer = ill;

        assertThat(begin()).isInstanceOf(BeginOutcome.Opened.class);

        assertThat(ids(second)).isEqualTo(ids(first)).hasSize(1);
    }

    @Test
    void the_only_one_whose_connection_breaks_under_a_begin_is_asked_once_more_for_the_same_handover() {
        ControllerClient alone = client(first.endpoint());
        first.answer = FakeController.Answer.INTERNAL_ONCE;

        assertThat(begin(alone, LONG)).isInstanceOf(BeginOutcome.Opened.class);

        assertThat(first.begins).hasSize(2);
        assertThat(ids(first)).containsOnly(ids(first).getFirst());

        first.answer = FakeController.Answer.INTERNAL;
        assertThat(begin(alone, LONG)).isInstanceOf(BeginOutcome.Unreachable.class);
        assertThat(first.begins).hasSize(4);
    }

    @Test
    void a_refusal_is_an_answer_and_no_other_controller_is_asked() {
        first.answer = FakeController.Answer.REFUSED;

        assertThat(begin()).isEqualTo(new BeginOutcome.Refused("hv-a refuses to share"));

        assertThat(second.begins).isEmpty();
    }

    @Test
    void what_one_controller_cannot_read_no_other_one_is_asked() {
        first.answer = FakeController.Answer.INVALID_ARGUMENT;

        assertThat(begin())
                .isEqualTo(new BeginOutcome.Unreachable(
                        "controller " + first.endpoint() + ": INVALID_ARGUMENT domain_name is empty"));

        assertThat(second.begins).isEmpty();
    }

    /** As a process that is stopped: its kernel takes connections, and it never says a word. */
    @Test
    void one_that_takes_connections_and_says_nothing_leaves_time_for_the_next() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            ControllerClient behind = client("127.0.0.1:" + mute.getLocalPort(), second.endpoint());

            assertThat(begin(behind, LONG)).isInstanceOf(BeginOutcome.Opened.class);

            assertThat(begin(behind, Duration.ofSeconds(2)))
                    .as("it is not asked first again")
                    .isInstanceOf(BeginOutcome.Opened.class);
        }
    }

    @Test
    void a_question_that_is_quick_goes_to_the_next_when_one_does_not_answer_in_its_part_of_the_time() {
        client.register();
        first.answer = FakeController.Answer.NEVER;

        assertThat(client.holders(Set.of(ROOT), Deadline.in(Duration.ofSeconds(2), SteadyClock.CLOCK)))
                .isPresent();

        assertThat(first.asked).hasSize(1);
        assertThat(second.asked).hasSize(1);
    }

    @Test
    void a_deadline_that_passes_at_a_controller_that_works_on_it_ends_the_begin() {
        client.register();
        first.answer = FakeController.Answer.NEVER;

        assertThat(begin(client, Duration.ofMillis(500)))
                .isInstanceOfSatisfying(
                        BeginOutcome.Unreachable.class,
                        u -> assertThat(u.reason())
                                .startsWith("controller " + first.endpoint() + ": DEADLINE_EXCEEDED"));

        assertThat(second.begins).isEmpty();
    }

    @Test
    void without_a_controller_that_answers_the_reason_names_the_last_one() {
        first.close();
        second.close();

        assertThat(begin())
                .isInstanceOfSatisfying(
                        BeginOutcome.Unreachable.class,
                        u -> assertThat(u.reason()).startsWith("controller " + second.endpoint() + ": UNAVAILABLE"));
    }

    @Test
    void the_agent_registers_with_every_controller_and_one_that_knows_it_is_enough() {
        client.register();
        assertThat(first.registrations).hasSize(1);
        assertThat(second.registrations).isEqualTo(first.registrations);
        assertThat(client.problem()).isEmpty();

        second.close();
        client.register();
        assertThat(client.problem()).isEmpty();

        first.close();
        client.register();
        assertThat(client.problem()).hasValueSatisfying(p -> assertThat(p).contains("UNAVAILABLE"));
    }

    @Test
    void a_controller_that_is_back_hears_of_the_agent_with_the_next_registration() throws IOException {
        first.close();
        client.register();

        try (FakeController back = new FakeController(first.port)) {
            client.register();
            assertThat(back.registrations).hasSize(1);
        }
    }
}
