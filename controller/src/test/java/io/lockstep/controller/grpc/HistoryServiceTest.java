package io.lockstep.controller.grpc;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.DATA;
import static io.lockstep.controller.fake.Samples.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.Timestamp;
import io.agroal.api.AgroalDataSource;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.lockstep.controller.fake.BreakableDataSource;
import io.lockstep.controller.history.DataSources;
import io.lockstep.controller.history.Database;
import io.lockstep.controller.history.History;
import io.lockstep.controller.history.Migrations;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.Hold;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.volume.LockMode;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.GetVolumeHistoryRequest;
import io.lockstep.proto.v1.GetVolumeHistoryResponse;
import io.lockstep.proto.v1.HistoryServiceGrpc;
import io.lockstep.proto.v1.HistoryServiceGrpc.HistoryServiceBlockingStub;
import io.lockstep.proto.v1.Holding;
import io.lockstep.proto.v1.ListActionsRequest;
import io.lockstep.proto.v1.ManualAction;
import io.lockstep.proto.v1.RecordActionsRequest;
import io.lockstep.proto.v1.Volume;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions about the past over real gRPC, on a real database that can be broken. */
class HistoryServiceTest {

    private static final Instant THEN = Instant.parse("2026-11-22T19:00:00Z");

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private AgroalDataSource pool;
    private BreakableDataSource source;
    private History history;
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException, SQLException {
        pool = DataSources.pooled(
                "jdbc:h2:file:" + directory.resolve("history") + ";WRITE_DELAY=0", Optional.empty(), Optional.empty());
        source = new BreakableDataSource(pool);
        new Migrations(source).migrate();
        history = new History(new Database(source), () -> {}, InstantSource.system());
        history.problem("");
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new HistoryGrpcService(history, threads))
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        threads.shutdownNow();
        pool.close();
    }

    private HistoryServiceBlockingStub service() {
        return HistoryServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private static ManualAction action(String text, String host, int second) {
        return ManualAction.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setAt(Protos.time(THEN.plusSeconds(second)))
                .setRequestedBy("ada")
                .setAction(text)
                .setHost(host)
                .setReason("by a test")
                .setResult("done")
                .build();
    }

    private void record(ManualAction... actions) {
        var _ = service()
                .recordActions(RecordActionsRequest.newBuilder()
                        .addAllActions(List.of(actions))
                        .build());
    }

    private List<ManualAction> list(ListActionsRequest.Builder request) {
        return service().listActions(request.build()).getActionsList();
    }

    private GetVolumeHistoryResponse of(Volume.Builder volume) {
        return service()
                .getVolumeHistory(
                        GetVolumeHistoryRequest.newBuilder().setVolume(volume).build());
    }

    private static Volume.Builder root() {
        return Volume.newBuilder().setVg("vg0").setLv("web1_root");
    }

    @Test
    void actions_are_listed_the_latest_first_of_all_of_a_host_and_since_a_moment() {
        ManualAction first = action("release", "hv-a", 0);
        ManualAction second = action("forget", "hv-b", 10);
        ManualAction third = action("reconcile", "hv-a", 20);
        record(first, second, third);

        assertThat(list(ListActionsRequest.newBuilder())).containsExactly(third, second, first);
        assertThat(list(ListActionsRequest.newBuilder().setHost("hv-a"))).containsExactly(third, first);
        assertThat(list(ListActionsRequest.newBuilder().setSince(Protos.time(THEN.plusSeconds(10)))))
                .containsExactly(third, second);
        assertThat(list(ListActionsRequest.newBuilder().setHost("hv-a").setSince(Protos.time(THEN.plusSeconds(10)))))
                .containsExactly(third);
        assertThat(list(ListActionsRequest.newBuilder().setHost("hv-nobody"))).isEmpty();
    }

    @Test
    void as_many_are_listed_as_asked_for_and_a_hundred_when_nothing_is_said() {
        record(IntStream.range(0, 101)
                .mapToObj(i -> action("release", "hv-a", i))
                .toArray(ManualAction[]::new));

        assertThat(list(ListActionsRequest.newBuilder()))
                .hasSize(100)
                .first()
                .satisfies(a -> assertThat(Protos.time(a.getAt())).isEqualTo(THEN.plusSeconds(100)));
        assertThat(list(ListActionsRequest.newBuilder().setLimit(3))).hasSize(3);
        assertThat(list(ListActionsRequest.newBuilder().setLimit(1000))).hasSize(101);
    }

    @Test
    void an_action_that_is_told_twice_is_recorded_once() {
        ManualAction told = action("release", "hv-a", 0);
        record(told, told);
        record(told);

        assertThat(list(ListActionsRequest.newBuilder())).containsExactly(told);
    }

    @Test
    void of_actions_of_which_one_makes_no_sense_none_is_recorded() {
        ManualAction good = action("release", "hv-a", 0);

        assertThatThrownBy(() -> record(good, good.toBuilder().setId("7").build()))
                .hasMessage("INVALID_ARGUMENT: id: \"7\" is not a UUID");
        assertThatThrownBy(() -> record(
                        good,
                        good.toBuilder()
                                .addVolumes(Volume.newBuilder().setVg("vg0"))
                                .build()))
                .hasMessageStartingWith("INVALID_ARGUMENT: volume: ");
        assertThatThrownBy(() -> record(good, good.toBuilder().setAt(never()).build()))
                .hasMessageStartingWith("INVALID_ARGUMENT: time: ");

        assertThat(list(ListActionsRequest.newBuilder())).isEmpty();
    }

    /** A moment that no Timestamp may name, and no database takes. */
    private static Timestamp never() {
        return Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();
    }

    @Test
    void what_makes_no_sense_is_refused_with_the_name_of_the_field_and_the_database_still_works() {
        assertThatThrownBy(() -> list(ListActionsRequest.newBuilder().setLimit(-1)))
                .hasMessage("INVALID_ARGUMENT: limit: -1 is negative");
        assertThatThrownBy(() -> list(ListActionsRequest.newBuilder().setHost("no host")))
                .hasMessageStartingWith("INVALID_ARGUMENT: host: ");
        assertThatThrownBy(() -> list(ListActionsRequest.newBuilder().setSince(never())))
                .hasMessageStartingWith("INVALID_ARGUMENT: time: ");
        assertThatThrownBy(() -> of(Volume.newBuilder().setVg("vg0")))
                .hasMessageStartingWith("INVALID_ARGUMENT: volume: ");
        assertThatThrownBy(() -> of(Volume.newBuilder().setVg("vg0").setLv("../root")))
                .hasMessageStartingWith("INVALID_ARGUMENT: volume: ");

        assertThat(list(ListActionsRequest.newBuilder())).isEmpty();
        assertThat(history.problem()).isEmpty();
    }

    @Test
    void of_a_volume_is_told_who_held_it_and_what_was_done_with_it() {
        ManualAction release =
                action("release", "hv-a", 60).toBuilder().addVolumes(root()).build();
        record(release, action("release", "hv-a", 70));
        history.registered(new Registration(A, Endpoint.of("hv-a:7600"), "0.1", "boot-1"));
        holds(10, LockMode.EXCLUSIVE);
        holds(30, LockMode.SHARED);
        history.holds(A, THEN.plusSeconds(50), List.of());

        GetVolumeHistoryResponse all = of(root());

        assertThat(all.getActionsList()).containsExactly(release);
        assertThat(all.getHoldingsList())
                .extracting(
                        Holding::getHost,
                        Holding::getMode,
                        h -> Protos.time(h.getSince()),
                        h -> Protos.time(h.getEndedAt()))
                .containsExactly(
                        tuple("hv-a", Protos.mode(LockMode.EXCLUSIVE), THEN.plusSeconds(9), THEN.plusSeconds(30)),
                        tuple("hv-a", Protos.mode(LockMode.SHARED), THEN.plusSeconds(29), THEN.plusSeconds(50)));
        assertThat(service()
                        .getVolumeHistory(GetVolumeHistoryRequest.newBuilder()
                                .setVolume(root())
                                .setSince(Protos.time(THEN.plusSeconds(40)))
                                .build())
                        .getHoldingsList())
                .as("what had ended before is left out")
                .hasSize(1);
        assertThat(of(Volume.newBuilder()
                        .setVg(DATA.vg().value())
                        .setLv(DATA.name().lv().value())))
                .as("a volume that nobody held")
                .isEqualTo(GetVolumeHistoryResponse.getDefaultInstance());
    }

    private void holds(int second, LockMode mode) {
        history.holds(
                A,
                THEN.plusSeconds(second),
                List.of(new Hold(
                        ROOT, mode, new TreeSet<>(List.of("web1")), Optional.of(THEN.plusSeconds(second - 1)))));
    }

    @Test
    void while_the_database_does_not_work_questions_are_refused_with_its_words_and_actions_are_kept_for_later() {
        source.broken = true;
        ManualAction meanwhile = action("release", "hv-a", 0);

        record(meanwhile);
        assertThatThrownBy(() -> list(ListActionsRequest.newBuilder()))
                .hasMessage("UNAVAILABLE: the controller's database does not work: the disk is gone");
        assertThatThrownBy(() -> of(root()))
                .hasMessage("UNAVAILABLE: the controller's database does not work: the disk is gone");

        source.broken = false;
        assertThat(list(ListActionsRequest.newBuilder())).containsExactly(meanwhile);
        assertThat(history.problem()).isEmpty();
    }
}
