package io.lockstep.cli.fake;

import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.lockstep.proto.v1.AcquireLocksRequest;
import io.lockstep.proto.v1.AcquireLocksResponse;
import io.lockstep.proto.v1.AttachDiskRequest;
import io.lockstep.proto.v1.AttachDiskResponse;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Claimed;
import io.lockstep.proto.v1.DetachDiskRequest;
import io.lockstep.proto.v1.DetachDiskResponse;
import io.lockstep.proto.v1.DiskOutcome;
import io.lockstep.proto.v1.DiskServiceGrpc;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.GetInventoryRequest;
import io.lockstep.proto.v1.GetInventoryResponse;
import io.lockstep.proto.v1.HeldElsewhere;
import io.lockstep.proto.v1.InUse;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.InventoryServiceGrpc;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.LockResult;
import io.lockstep.proto.v1.LockServiceGrpc;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.PlannedCorrection;
import io.lockstep.proto.v1.ReconcileRequest;
import io.lockstep.proto.v1.ReconcileResponse;
import io.lockstep.proto.v1.ReleaseLocksRequest;
import io.lockstep.proto.v1.ReleaseLocksResponse;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.VolumeDisk;
import io.lockstep.proto.v1.VolumeLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One host: its inventory, and an agent that refuses what a real one refuses. Locks exclude each other across the cluster. */
public final class FakeAgent {

    private final FakeCluster cluster;
    private final Inventory.Builder inventory;
    private final List<String> requests = new ArrayList<>();
    private final Map<String, Volume> attached = new TreeMap<>();
    private boolean refusesCorrections;
    private boolean guestsKeepDisks;
    private boolean silent;
    private final FakeMigrations migrations;

    FakeAgent(FakeCluster cluster, String host) {
        this.cluster = cluster;
        this.migrations = new FakeMigrations(cluster, this);
        this.inventory = Inventory.newBuilder()
                .setHost(host)
                .setBootId("boot-of-" + host)
                .setVersion("0.1.0")
                .setAt(FakeCluster.ago(2))
                .setHypervisorAnswers(true)
                .setEnforcement("enforce")
                .setMigrateUri("qemu+ssh://" + host + "/system")
                .addLockspaces(Lockspace.newBuilder()
                        .setVg("vg0")
                        .setState(Lockspace.State.STATE_LIVE)
                        .setReason("live")
                        .setHostId(host.charAt(1) - '0')
                        .setGeneration(3));
    }

    public String host() {
        return inventory.getHost();
    }

    public Inventory.Builder inventory() {
        return inventory;
    }

    /** What was asked for, one line for each writing call. */
    public List<String> requests() {
        return requests;
    }

    public FakeAgent runs(Domain domain) {
        inventory.addDomains(domain);
        return this;
    }

    public static Domain domain(String name, String uuid, String state) {
        return Domain.newBuilder()
                .setUuid(uuid)
                .setName(name)
                .setState(state)
                .setOwn(OwnDomain.OWN_DOMAIN_ACTIVE)
                .build();
    }

    /** Held, active and closed; since 3 minutes. */
    public FakeAgent holds(Volume volume, LockMode mode) {
        return holds(VolumeLock.newBuilder()
                .setVolume(volume)
                .setMode(mode)
                .setActive(true)
                .setSince(FakeCluster.ago(180))
                .build());
    }

    public FakeAgent holds(VolumeLock lock) {
        inventory.addLocks(lock);
        return this;
    }

    public FakeAgent claims(Domain domain, Volume volume, LockMode mode) {
        inventory.addClaims(Claim.newBuilder()
                .setDomainUuid(domain.getUuid())
                .setDomainName(domain.getName())
                .setVolume(volume)
                .setMode(mode));
        return this;
    }

    public FakeAgent drifts(Drift drift) {
        inventory.addDrifts(drift);
        return this;
    }

    public FakeAgent refusesCorrections() {
        refusesCorrections = true;
        return this;
    }

    /** The domain has this disk. */
    public FakeAgent has(String target, Volume volume) {
        attached.put(target, volume);
        return this;
    }

    public FakeAgent guestsKeepDisks() {
        guestsKeepDisks = true;
        return this;
    }

    /** Something speaks against migrating this domain. */
    public FakeAgent refusesToMigrate(String name, String reason) {
        migrations.refuses(name, reason);
        return this;
    }

    /** The same, but only when it is started. */
    public FakeAgent refusesToMigrateAtLast(String name, String reason) {
        migrations.refuses("late " + name, reason);
        return this;
    }

    public FakeAgent failsToMigrate(String name, String reason) {
        migrations.fails(name, reason);
        return this;
    }

    /** Somebody has started it before. */
    public FakeAgent migrates(Domain domain, String target) {
        migrations.underWay(domain, target);
        return this;
    }

    /** It knows no end of a migration that it started. */
    public FakeAgent restarts() {
        migrations.restarts();
        return this;
    }

    public FakeAgent handoversStayOpen() {
        migrations.handoversStayOpen();
        return this;
    }

    /** Its calls never end. */
    public FakeAgent silent() {
        silent = true;
        return this;
    }

    List<BindableService> services() {
        return List.of(new Locks(), new Inventories(), new Disks(), migrations);
    }

    private boolean holdsAgainst(Volume volume, LockMode wanted) {
        return inventory.getLocksList().stream()
                .anyMatch(l -> FakeCluster.same(l.getVolume(), volume)
                        && (l.getMode() == LockMode.LOCK_MODE_EXCLUSIVE
                                || l.getMode() == LockMode.LOCK_MODE_SHARED && wanted == LockMode.LOCK_MODE_EXCLUSIVE));
    }

    private LockResult acquire(Volume volume, LockMode mode) {
        for (FakeAgent other : cluster.agents()) {
            if (other != this && other.holdsAgainst(volume, mode)) {
                return LockResult.newBuilder()
                        .setVolume(volume)
                        .setHeldElsewhere(HeldElsewhere.newBuilder()
                                .setHostId(other.inventory.getLockspaces(0).getHostId()))
                        .setReason("locked by another host (host_id "
                                + other.inventory.getLockspaces(0).getHostId() + ")")
                        .build();
            }
        }
        holds(volume, mode);
        return LockResult.newBuilder()
                .setVolume(volume)
                .setGranted(mode)
                .setReason("granted " + mode.name().substring("LOCK_MODE_".length()))
                .build();
    }

    private LockResult release(Volume volume) {
        LockResult.Builder result = LockResult.newBuilder().setVolume(volume);
        for (Claim claim : inventory.getClaimsList()) {
            if (FakeCluster.same(claim.getVolume(), volume)) {
                return result.setClaimed(Claimed.newBuilder()
                                .setDomainUuid(claim.getDomainUuid())
                                .setDomainName(claim.getDomainName()))
                        .setReason("domain " + claim.getDomainName() + " claims it; its lock follows the domain")
                        .build();
            }
        }
        for (int i = 0; i < inventory.getLocksCount(); i++) {
            VolumeLock lock = inventory.getLocks(i);
            if (FakeCluster.same(lock.getVolume(), volume)) {
                if (lock.getOpen()) {
                    return result.setInUse(InUse.newBuilder().setOpener("qemu-img (4711)"))
                            .setReason("in use by qemu-img (4711)")
                            .build();
                }
                inventory.removeLocks(i);
                break;
            }
        }
        return result.setGranted(LockMode.LOCK_MODE_UNLOCKED)
                .setReason("released")
                .build();
    }

    private final class Locks extends LockServiceGrpc.LockServiceImplBase {

        @Override
        public void acquireLocks(AcquireLocksRequest request, StreamObserver<AcquireLocksResponse> to) {
            requests.add("acquire by " + request.getRequestedBy() + ": " + request.getReason());
            AcquireLocksResponse.Builder response = AcquireLocksResponse.newBuilder();
            request.getVolumesList().forEach(v -> response.addResults(acquire(v, request.getMode())));
            answer(to, response.build());
        }

        @Override
        public void releaseLocks(ReleaseLocksRequest request, StreamObserver<ReleaseLocksResponse> to) {
            requests.add("release by " + request.getRequestedBy() + ": " + request.getReason());
            ReleaseLocksResponse.Builder response = ReleaseLocksResponse.newBuilder();
            request.getVolumesList().forEach(v -> response.addResults(release(v)));
            answer(to, response.build());
        }

        @Override
        public void reconcile(ReconcileRequest request, StreamObserver<ReconcileResponse> to) {
            requests.add(request.getDryRun() ? "dry run" : "reconcile");
            ReconcileResponse.Builder response = ReconcileResponse.newBuilder().addAllDrifts(inventory.getDriftsList());
            for (Drift drift : inventory.getDriftsList()) {
                if (drift.getKind() == Drift.Kind.KIND_FOREIGN) {
                    continue;
                }
                PlannedCorrection.Builder correction = PlannedCorrection.newBuilder()
                        .setVolume(drift.getVolume())
                        .setTo(drift.getNeeded())
                        .setWhy(drift.getKind());
                if (!request.getDryRun()) {
                    correction.setResult(
                            refusesCorrections
                                    ? LockResult.newBuilder()
                                            .setVolume(drift.getVolume())
                                            .setHeldElsewhere(HeldElsewhere.getDefaultInstance())
                                            .setReason("locked by another host")
                                    : LockResult.newBuilder()
                                            .setVolume(drift.getVolume())
                                            .setGranted(drift.getNeeded())
                                            .setReason("released"));
                }
                response.addCorrections(correction);
            }
            answer(to, response.build());
        }
    }

    private Optional<Domain> running(String wanted) {
        return inventory.getDomainsList().stream()
                .filter(d -> d.getName().equals(wanted) || d.getUuid().equals(wanted))
                .findFirst();
    }

    private final class Disks extends DiskServiceGrpc.DiskServiceImplBase {

        @Override
        public void attachDisk(AttachDiskRequest request, StreamObserver<AttachDiskResponse> to) {
            requests.add("attach by " + request.getRequestedBy() + ": " + request.getReason()
                    + (request.getPersistent() ? ", persistent" : "")
                    + (request.hasXml() ? ", " + request.getXml().strip() : ""));
            Optional<Domain> domain = running(request.getDomain());
            AttachDiskResponse.Builder response = AttachDiskResponse.newBuilder();
            if (domain.isEmpty()) {
                answer(
                        to,
                        response.setOutcome(DiskOutcome.DISK_OUTCOME_REFUSED)
                                .setReason("domain " + request.getDomain() + " does not run on this host")
                                .build());
                return;
            }
            VolumeDisk disk = request.getVolumeDisk();
            LockMode mode = disk.getShareable() || disk.getReadOnly()
                    ? LockMode.LOCK_MODE_SHARED
                    : LockMode.LOCK_MODE_EXCLUSIVE;
            LockResult lock = acquire(disk.getVolume(), mode);
            if (lock.hasGranted()) {
                attached.put(disk.getTarget(), disk.getVolume());
            }
            String volume = disk.getVolume().getVg() + "/" + disk.getVolume().getLv();
            answer(
                    to,
                    response.setOutcome(
                                    lock.hasGranted()
                                            ? DiskOutcome.DISK_OUTCOME_DONE
                                            : DiskOutcome.DISK_OUTCOME_REFUSED)
                            .setReason(
                                    lock.hasGranted()
                                            ? "attached; " + volume + " "
                                                    + mode.name().substring("LOCK_MODE_".length())
                                            : volume + ": " + lock.getReason())
                            .setDomainName(domain.get().getName())
                            .setDomainUuid(domain.get().getUuid())
                            .setTarget(disk.getTarget())
                            .addLocks(lock)
                            .build());
        }

        @Override
        public void detachDisk(DetachDiskRequest request, StreamObserver<DetachDiskResponse> to) {
            requests.add("detach by " + request.getRequestedBy() + ": " + request.getReason() + ", wait "
                    + request.getWait().getSeconds());
            Domain domain = running(request.getDomain()).orElse(Domain.getDefaultInstance());
            DetachDiskResponse.Builder response = DetachDiskResponse.newBuilder()
                    .setDomainName(domain.getName())
                    .setDomainUuid(domain.getUuid());
            Optional<String> target = attached.entrySet().stream()
                    .filter(e -> e.getKey().equals(request.getTarget())
                            || request.hasVolume() && FakeCluster.same(e.getValue(), request.getVolume()))
                    .map(Map.Entry::getKey)
                    .findFirst();
            if (target.isEmpty()) {
                response.setOutcome(DiskOutcome.DISK_OUTCOME_REFUSED)
                        .setReason("domain " + domain.getName() + " has no such disk on a shared volume");
            } else if (guestsKeepDisks) {
                response.setOutcome(DiskOutcome.DISK_OUTCOME_INCOMPLETE)
                        .setReason(
                                "requested, the guest has not released it yet; the lock stays, and is released when it has")
                        .setTarget(target.get());
            } else {
                Volume volume = attached.get(target.get());
                response.setOutcome(DiskOutcome.DISK_OUTCOME_DONE)
                        .setReason("detached; " + volume.getVg() + "/" + volume.getLv() + " released")
                        .setTarget(target.get())
                        .addLocks(release(volume));
                attached.remove(target.get());
            }
            answer(to, response.build());
        }
    }

    private final class Inventories extends InventoryServiceGrpc.InventoryServiceImplBase {

        @Override
        public void getInventory(GetInventoryRequest request, StreamObserver<GetInventoryResponse> to) {
            answer(to, GetInventoryResponse.newBuilder().setInventory(inventory).build());
        }
    }

    <T> void answer(StreamObserver<T> to, T response) {
        if (silent) {
            return;
        }
        if (cluster.refusesPeople()) {
            to.onError(Status.PERMISSION_DENIED
                    .withDescription("a viewer may not do this")
                    .asRuntimeException());
            return;
        }
        to.onNext(response);
        to.onCompleted();
    }
}
