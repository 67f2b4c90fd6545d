package io.lockstep.agent.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.lockstep.core.volume.LockMode;
import io.lockstep.proto.v1.AbortMigrationRequest;
import io.lockstep.proto.v1.AcquireLocksRequest;
import io.lockstep.proto.v1.AttachDiskRequest;
import io.lockstep.proto.v1.AttachDiskResponse;
import io.lockstep.proto.v1.CheckMigrationsRequest;
import io.lockstep.proto.v1.DetachDiskRequest;
import io.lockstep.proto.v1.DetachDiskResponse;
import io.lockstep.proto.v1.DiskOutcome;
import io.lockstep.proto.v1.DiskServiceGrpc;
import io.lockstep.proto.v1.GetInventoryRequest;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.InventoryServiceGrpc;
import io.lockstep.proto.v1.ListLocksRequest;
import io.lockstep.proto.v1.ListMigrationsRequest;
import io.lockstep.proto.v1.LockResult;
import io.lockstep.proto.v1.LockServiceGrpc;
import io.lockstep.proto.v1.Migration;
import io.lockstep.proto.v1.MigrationServiceGrpc;
import io.lockstep.proto.v1.ObserveRequest;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.ParticipantServiceGrpc;
import io.lockstep.proto.v1.ReconcileRequest;
import io.lockstep.proto.v1.ReconcileResponse;
import io.lockstep.proto.v1.ReleaseLocksRequest;
import io.lockstep.proto.v1.ShareRequest;
import io.lockstep.proto.v1.ShareResponse;
import io.lockstep.proto.v1.StartMigrationRequest;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.VolumeDisk;
import io.lockstep.proto.v1.WatchInventoryRequest;
import io.lockstep.proto.v1.WatchInventoryResponse;
import io.lockstep.simulator.libvirt.GuestDefinition;
import java.io.IOException;
import java.util.Iterator;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentServiceIT {

    private static final GuestDefinition WEB = GuestDefinition.named("web").disks("/dev/vg0/a", "/dev/vg0/b");

    private static AgentProcess agent;

    private ManagedChannel channel;

    @BeforeAll
    static void start() throws IOException {
        agent = new AgentProcess();
    }

    @AfterAll
    static void stop() throws IOException {
        agent.close();
    }

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", agent.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void tidy() throws IOException {
        hook("release", "destroyed");
        for (String volume : new String[] {"vg0/a", "vg0/b", "vg0/c"}) {
            agent.cluster().host("h2").lvchange(LockMode.UNLOCKED, volume);
            release(volume);
        }
        channel.shutdownNow();
    }

    private static HookCall hook(String operation, String extra) throws IOException {
        return HookCall.post(
                agent.socket(), "name=web&operation=" + operation + "&suboperation=begin&extra=" + extra, WEB.xml());
    }

    private static Volume volume(String lv) {
        return Volume.newBuilder().setVg("vg0").setLv(lv).build();
    }

    private LockResult release(String volume) {
        return LockServiceGrpc.newBlockingStub(channel)
                .releaseLocks(ReleaseLocksRequest.newBuilder()
                        .addVolumes(volume(volume.substring(4)))
                        .setReason("test")
                        .setRequestedBy("test")
                        .build())
                .getResults(0);
    }

    private static LockMode held(String host, String volume) {
        return agent.cluster().host(host).held(volume);
    }

    @Test
    void a_prepare_over_the_unix_socket_locks_and_a_release_unlocks() throws IOException {
        assertThat(hook("prepare", "-")).isEqualTo(new HookCall(200, ""));
        assertThat(held("h1", "vg0/a")).isEqualTo(LockMode.EXCLUSIVE);
        assertThat(held("h1", "vg0/b")).isEqualTo(LockMode.EXCLUSIVE);

        assertThat(hook("release", "destroyed").status()).isEqualTo(200);

        // The stop does not wait for it.
        await().untilAsserted(() -> assertThat(held("h1", "vg0/a")).isEqualTo(LockMode.UNLOCKED));
    }

    @Test
    void a_domain_that_is_asked_away_is_checked_and_started_by_libvirt() {
        agent.cluster().host("h1").virsh().create(GuestDefinition.named("bare").xml());
        MigrationServiceGrpc.MigrationServiceBlockingStub migrations = MigrationServiceGrpc.newBlockingStub(channel);
        String bare = GuestDefinition.named("bare").uuid().toString();

        assertThat(migrations
                        .checkMigrations(CheckMigrationsRequest.getDefaultInstance())
                        .getChecksList())
                .singleElement()
                .satisfies(c -> {
                    assertThat(c.getDomainName()).isEqualTo("bare");
                    assertThat(c.getRefusalsList()).isEmpty();
                });
        assertThat(migrations
                        .startMigration(StartMigrationRequest.newBuilder()
                                .setDomainUuid(bare)
                                .setTarget("h9")
                                .setUri("qemu+ssh://h9/system")
                                .build())
                        .hasStarted())
                .isTrue();

        await().until(() ->
                migrations.listMigrations(ListMigrationsRequest.getDefaultInstance()).getMigrationsList().stream()
                        .anyMatch(m -> m.getState() == Migration.State.STATE_FAILED
                                && m.getReason().contains("unable to connect to server")));
        assertThat(migrations
                        .abortMigration(AbortMigrationRequest.newBuilder()
                                .setDomainUuid(bare)
                                .build())
                        .getAborted())
                .isFalse();
        agent.cluster().host("h1").virsh().destroy("bare");
    }

    @Test
    void a_running_domain_gets_a_disk_after_its_lock_and_gives_the_lock_back_after_the_disk() {
        agent.cluster().host("h1").virsh().create(GuestDefinition.named("bare").xml());
        DiskServiceGrpc.DiskServiceBlockingStub disks = DiskServiceGrpc.newBlockingStub(channel);

        AttachDiskResponse attached = disks.attachDisk(AttachDiskRequest.newBuilder()
                .setDomain("bare")
                .setVolumeDisk(VolumeDisk.newBuilder().setVolume(volume("c")).setTarget("vdb"))
                .build());

        assertThat(attached.getReason()).isEqualTo("attached; vg0/c EXCLUSIVE");
        assertThat(attached.getOutcome()).isEqualTo(DiskOutcome.DISK_OUTCOME_DONE);
        assertThat(held("h1", "vg0/c")).isEqualTo(LockMode.EXCLUSIVE);

        DetachDiskResponse detached = disks.detachDisk(DetachDiskRequest.newBuilder()
                .setDomain("bare")
                .setVolume(volume("c"))
                .build());

        assertThat(detached.getReason()).isEqualTo("detached; vg0/c released");
        assertThat(detached.getTarget()).isEqualTo("vdb");
        assertThat(held("h1", "vg0/c")).isEqualTo(LockMode.UNLOCKED);
        agent.cluster().host("h1").virsh().destroy("bare");
    }

    @Test
    void a_refusal_is_409_with_one_line_that_names_the_volume_and_its_holder() throws IOException {
        agent.cluster().host("h2").lvchange(LockMode.EXCLUSIVE, "vg0/b");

        HookCall refused = hook("prepare", "-");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().lines()).hasSize(1);
        assertThat(refused.body()).contains("vg0/b: held EXCLUSIVE on h2");
        assertThat(held("h1", "vg0/a")).isEqualTo(LockMode.UNLOCKED);
    }

    @Test
    void a_request_that_is_no_hook_says_what_is_wanted() throws IOException {
        HookCall wrong = HookCall.post(agent.socket(), "name=web&operation=fly", "<domain/>");

        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).contains("POST /v1/hook?name=DOMAIN&operation=OPERATION");
    }

    @Test
    void hooks_are_not_answered_over_tcp() {
        given().port(agent.port())
                .contentType("application/xml")
                .body(WEB.xml())
                .post("/v1/hook?name=web&operation=prepare")
                .then()
                .statusCode(403);
    }

    @Test
    void the_probes_tell_what_they_looked_at() {
        given().port(agent.port())
                .get("/q/health/started")
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("agent started"));
        given().port(agent.port()).get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        await().untilAsserted(() -> given().port(agent.port())
                .get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.data.lockspace_vg0", hasItem("live"))
                .body("checks.data.libvirt", hasItem("answers")));
    }

    @Test
    void the_inventory_tells_locks_claims_and_lockspaces_and_streams_changes() throws IOException {
        Iterator<WatchInventoryResponse> stream = InventoryServiceGrpc.newBlockingStub(channel)
                .watchInventory(WatchInventoryRequest.getDefaultInstance());
        assertThat(stream.next().getInventory().getHost()).isEqualTo("h1");
        hook("prepare", "-");

        Inventory seen = stream.next().getInventory();
        while (seen.getClaimsCount() < 2 || seen.getLocksCount() < 2) {
            seen = stream.next().getInventory();
        }

        assertThat(seen.getClaimsList()).allMatch(c -> c.getDomainName().equals("web"));
        assertThat(seen.getLocksList()).allMatch(l -> l.getMode() == io.lockstep.proto.v1.LockMode.LOCK_MODE_EXCLUSIVE);
        assertThat(InventoryServiceGrpc.newBlockingStub(channel)
                        .getInventory(GetInventoryRequest.getDefaultInstance())
                        .getInventory()
                        .getLockspacesList())
                .extracting(l -> l.getVg(), l -> l.getHostId())
                .containsExactly(org.assertj.core.groups.Tuple.tuple("vg0", 1));
    }

    @Test
    void a_person_may_lock_what_nobody_claims_and_nothing_else() throws IOException {
        hook("prepare", "-");
        LockServiceGrpc.LockServiceBlockingStub locks = LockServiceGrpc.newBlockingStub(channel);

        var results = locks.acquireLocks(AcquireLocksRequest.newBuilder()
                        .addVolumes(volume("a"))
                        .addVolumes(volume("c"))
                        .addVolumes(volume("nosuch"))
                        .setMode(io.lockstep.proto.v1.LockMode.LOCK_MODE_SHARED)
                        .build())
                .getResultsList();

        assertThat(results)
                .extracting(LockResult::getOutcomeCase)
                .containsExactly(
                        LockResult.OutcomeCase.CLAIMED,
                        LockResult.OutcomeCase.GRANTED,
                        LockResult.OutcomeCase.NO_SUCH_VOLUME);
        assertThat(results.getFirst().getReason()).contains("domain web claims it");
        assertThat(locks.listLocks(ListLocksRequest.getDefaultInstance()).getLocksList())
                .extracting(l -> l.getVolume().getLv())
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(release("vg0/c").getOutcomeCase()).isEqualTo(LockResult.OutcomeCase.GRANTED);
        assertThat(release("vg0/a").getOutcomeCase()).isEqualTo(LockResult.OutcomeCase.CLAIMED);
    }

    @Test
    void a_dry_run_tells_of_a_volume_activated_by_hand_and_corrects_nothing() {
        agent.cluster().host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/c");

        ReconcileResponse planned = LockServiceGrpc.newBlockingStub(channel)
                .reconcile(ReconcileRequest.newBuilder().setDryRun(true).build());

        assertThat(planned.getDriftsList())
                .extracting(d -> d.getKind(), d -> d.getVolume().getLv())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(io.lockstep.proto.v1.Drift.Kind.KIND_FOREIGN, "c"));
        assertThat(planned.getCorrectionsList()).isEmpty();
        assertThat(held("h1", "vg0/c")).isEqualTo(LockMode.EXCLUSIVE);
    }

    private ShareResponse share(String id, long epoch) {
        return ParticipantServiceGrpc.newBlockingStub(channel)
                .share(ShareRequest.newBuilder()
                        .setHandover(HandoverRef.newBuilder()
                                .setId(id)
                                .setDomainUuid(WEB.uuid().toString())
                                .setEpoch(epoch))
                        .setDomainName("web")
                        .setTarget("h2")
                        .addVolumes(io.lockstep.proto.convert.Protos.volume(
                                agent.cluster().known("vg0/a")))
                        .build());
    }

    @Test
    void a_source_shares_answers_a_repetition_and_refuses_the_past() throws IOException {
        String id = UUID.randomUUID().toString();
        assertThat(share(id, 1).getOutcomeCase()).isEqualTo(ShareResponse.OutcomeCase.NOT_HERE);
        hook("prepare", "-");

        assertThat(share(id, 7).getShared().getVolumesList())
                .extracting(Volume::getLv)
                .containsExactly("a");
        assertThat(held("h1", "vg0/a")).isEqualTo(LockMode.SHARED);
        assertThat(held("h1", "vg0/b")).isEqualTo(LockMode.EXCLUSIVE);
        assertThat(share(id, 7).getOutcomeCase()).isEqualTo(ShareResponse.OutcomeCase.SHARED);
        assertThat(share(UUID.randomUUID().toString(), 8).getOutcomeCase())
                .isEqualTo(ShareResponse.OutcomeCase.ALREADY_OPEN);

        hook("release", "migrated");
        await().untilAsserted(() -> assertThat(held("h1", "vg0/a")).isEqualTo(LockMode.UNLOCKED));
        hook("prepare", "-");
        await().untilAsserted(() -> assertThat(
                        share(UUID.randomUUID().toString(), 7).getStaleEpoch().getHighest())
                .isEqualTo(7));
    }

    @Test
    void a_domain_that_is_not_here_is_observed_absent() {
        assertThat(ParticipantServiceGrpc.newBlockingStub(channel)
                        .observe(ObserveRequest.newBuilder()
                                .setDomainUuid(UUID.randomUUID().toString())
                                .build())
                        .getOwn())
                .isEqualTo(OwnDomain.OWN_DOMAIN_ABSENT);
    }
}
