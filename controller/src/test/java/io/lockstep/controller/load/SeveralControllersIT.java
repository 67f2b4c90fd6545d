package io.lockstep.controller.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.lockstep.controller.fake.PostgresServer;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.BeginRequest;
import io.lockstep.proto.v1.BeginResponse;
import io.lockstep.proto.v1.GetHandoverRequest;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverEvent;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.HandoverServiceGrpc.HandoverServiceBlockingStub;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.HostServiceGrpc;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.ListHostsRequest;
import io.lockstep.proto.v1.RegisterHostRequest;
import io.lockstep.proto.v1.ReportRequest;
import io.lockstep.proto.v1.Side;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SideReport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two controller processes on one real PostgreSQL server; one of them is killed in the middle of 50 handovers. */
class SeveralControllersIT {

    private static final int HOSTS = 10;
    private static final int IN_FLIGHT = 50;
    private static final int MOVES_EACH = 4;
    private static final Duration MIGRATION = Duration.ofMillis(400);
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static final List<ControllerProcess> CONTROLLERS = new ArrayList<>();
    private static final List<ManagedChannel> CHANNELS = new ArrayList<>();
    private static final List<LoadHost> FLEET = new ArrayList<>();
    private static final List<LoadDomain> GUESTS = new ArrayList<>();
    private static final EventLoopGroup LOOPS = new NioEventLoopGroup(1);
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();
    private static final ScheduledExecutorService HEARTS = Executors.newSingleThreadScheduledExecutor();
    private static PostgresServer postgres;

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<HandoverRef> moved = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws IOException, SQLException {
        postgres = new PostgresServer();
        String url = postgres.database();
        for (int i = 0; i < 2; i++) {
            Path directory = Files.createTempDirectory("several-controllers");
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            CONTROLLERS.add(new ControllerProcess(
                    Path.of("target/quarkus-app").toAbsolutePath(),
                    "192m",
                    directory,
                    port,
                    Map.of("lockstep.database.url", url, "lockstep.database.user", PostgresServer.USER)));
            CHANNELS.add(NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build());
        }
        for (int i = 0; i < HOSTS; i++) {
            FLEET.add(new LoadHost("hv-" + i, LOOPS, THREADS));
        }
        for (int i = 0; i < IN_FLIGHT; i++) {
            LoadDomain guest = LoadDomain.numbered(i);
            GUESTS.add(guest);
            FLEET.get(i % HOSTS).runs(guest);
        }
        for (LoadHost each : FLEET) {
            var _ = HEARTS.scheduleAtFixedRate(each::sends, 0, HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
            for (ManagedChannel channel : CHANNELS) {
                var _ = HostServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .registerHost(RegisterHostRequest.newBuilder()
                                .setHost(each.name)
                                .setEndpoint(each.endpoint())
                                .setVersion("test")
                                .setBootId("boot-1")
                                .build());
            }
        }
        for (ManagedChannel channel : CHANNELS) {
            await().atMost(Duration.ofMinutes(1)).until(() -> connected(channel) == HOSTS);
        }
    }

    private static long connected(ManagedChannel channel) {
        return HostServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .listHosts(ListHostsRequest.getDefaultInstance())
                .getHostsList()
                .stream()
                .filter(h -> h.getState() == Host.State.STATE_CONNECTED)
                .count();
    }

    @AfterAll
    static void stop() throws IOException {
        HEARTS.shutdownNow();
        FLEET.forEach(LoadHost::close);
        CHANNELS.forEach(ManagedChannel::shutdownNow);
        for (ControllerProcess each : CONTROLLERS) {
            each.close();
        }
        THREADS.shutdownNow();
        var _ = LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        postgres.close();
    }

    @Test
    void one_of_two_controllers_that_is_killed_loses_and_doubles_no_handover() throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < IN_FLIGHT; i++) {
            LoadDomain guest = GUESTS.get(i);
            // Half of them know the one controller first, half the other.
            int first = i % 2;
            workers.add(Thread.ofVirtual().start(() -> {
                for (int turn = 0; turn < MOVES_EACH; turn++) {
                    move(guest, first);
                }
            }));
        }
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> begun.get() > IN_FLIGHT && inFlight.get() > IN_FLIGHT / 2);
        CONTROLLERS.getFirst().kill();
        for (Thread each : workers) {
            each.join();
        }

        assertThat(failures).isEmpty();
        List<HandoverRef> opened =
                FLEET.stream().flatMap(h -> h.opened.stream()).toList();
        assertThat(opened)
                .as("what sources opened is what targets took part in: none is lost, none doubled")
                .containsExactlyInAnyOrderElementsOf(moved)
                .hasSize(IN_FLIGHT * MOVES_EACH);
        Map<String, List<Long>> epochs = new HashMap<>();
        moved.forEach(r -> epochs.computeIfAbsent(r.getDomainUuid(), d -> new ArrayList<>())
                .add(r.getEpoch()));
        assertThat(epochs.values())
                .as("in the order of each domain's moves")
                .allSatisfy(
                        e -> assertThat(e).isSorted().doesNotHaveDuplicates().hasSize(MOVES_EACH));

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(list(true)).as("open at the survivor").isEmpty());
        List<Handover> recorded = list(false);
        assertThat(recorded)
                .extracting(Handover::getRef)
                .as("in the database, of whichever controller")
                .containsExactlyInAnyOrderElementsOf(moved);
        assertThat(recorded).extracting(Handover::getPhase).containsOnly(HandoverPhase.HANDOVER_PHASE_COMMITTED);
        for (Handover each : recorded) {
            List<HandoverEvent> events = stub(1).getHandover(GetHandoverRequest.newBuilder()
                            .setId(each.getRef().getId())
                            .build())
                    .getEventsList();
            // The controller that was killed may have died before it wrote that; then the source's own report tells it.
            assertThat(events)
                    .as("what the source shares, by its answer to a controller or by its own report")
                    .extracting(e -> e.getHost() + " " + e.getText())
                    .anyMatch(text -> text.contains(each.getSource() + " shares ")
                            || text.equals(each.getSource() + " holds its volumes SHARED"));
            List<HandoverEvent> steps =
                    events.stream().filter(HandoverEvent::hasSeenAt).toList();
            assertThat(steps)
                    .as("steps of both sides, each once; a source that is asked again says it again, later")
                    .extracting(e -> e.getHost() + " " + e.getText() + " " + Protos.time(e.getSeenAt()))
                    .doesNotHaveDuplicates();
            assertThat(steps)
                    .extracting(e -> e.getHost() + " " + e.getText())
                    .contains(
                            each.getSource() + " closed: holds nothing for this domain",
                            each.getTarget() + " holds its volumes SHARED",
                            each.getTarget() + " closed: holds what its claims need");
        }
    }

    private static List<Handover> list(boolean open) {
        return stub(1).listHandovers(ListHandoversRequest.newBuilder()
                        .setOpenOnly(open)
                        .setLimit(10_000)
                        .build())
                .getHandoversList();
    }

    private void move(LoadDomain domain, int first) {
        LoadHost source = FLEET.stream().filter(h -> h.has(domain)).findFirst().orElseThrow();
        LoadHost target = FLEET.get((FLEET.indexOf(source) + 1) % HOSTS);
        // Its id is made up once for each move, as an agent does it: the same when the call is repeated.
        BeginRequest request = BeginRequest.newBuilder()
                .setDomainUuid(domain.uuid())
                .setDomainName(domain.name())
                .setTarget(target.name)
                .addAllVolumes(domain.volumes())
                .setHandoverId(UUID.randomUUID().toString())
                .build();
        BeginResponse response = call(first, stub -> stub.begin(request));
        if (!response.hasOpened()) {
            failures.add(domain.name() + ": " + response);
            return;
        }
        begun.incrementAndGet();
        inFlight.incrementAndGet();
        HandoverRef ref = response.getOpened().getHandover();
        moved.add(ref);
        report(first, target.reports(ref, domain, Side.SIDE_TARGET, source.name, SideProgress.SIDE_PROGRESS_SHARED));
        Load.pause(MIGRATION);
        source.runsNoLonger(domain);
        target.runs(domain);
        report(first, source.reports(ref, domain, Side.SIDE_SOURCE, target.name, SideProgress.SIDE_PROGRESS_GONE));
        report(first, target.reports(ref, domain, Side.SIDE_TARGET, source.name, SideProgress.SIDE_PROGRESS_HOLDS));
        inFlight.decrementAndGet();
        source.sends();
        target.sends();
    }

    private void report(int first, SideReport report) {
        var _ = call(
                first,
                stub -> stub.report(ReportRequest.newBuilder().setReport(report).build()));
    }

    /** As agents do it: the controller that is known first, and when that is gone the other. */
    private <T> T call(int first, Function<HandoverServiceBlockingStub, T> rpc) {
        try {
            return rpc.apply(stub(first));
        } catch (StatusRuntimeException gone) {
            return rpc.apply(stub(1 - first));
        }
    }

    private static HandoverServiceBlockingStub stub(int controller) {
        return HandoverServiceGrpc.newBlockingStub(CHANNELS.get(controller)).withDeadlineAfter(50, TimeUnit.SECONDS);
    }
}
