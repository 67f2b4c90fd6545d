package io.lockstep.cli.fake;

import io.grpc.stub.StreamObserver;
import io.lockstep.proto.v1.AbortMigrationRequest;
import io.lockstep.proto.v1.AbortMigrationResponse;
import io.lockstep.proto.v1.CheckMigrationsRequest;
import io.lockstep.proto.v1.CheckMigrationsResponse;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.ListMigrationsRequest;
import io.lockstep.proto.v1.ListMigrationsResponse;
import io.lockstep.proto.v1.Migration;
import io.lockstep.proto.v1.MigrationCheck;
import io.lockstep.proto.v1.MigrationRefused;
import io.lockstep.proto.v1.MigrationServiceGrpc;
import io.lockstep.proto.v1.StartMigrationRequest;
import io.lockstep.proto.v1.StartMigrationResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Migrations away from one host. Each list of them is a moment later: begun, half copied, then moved or failed. */
final class FakeMigrations extends MigrationServiceGrpc.MigrationServiceImplBase {

    private static final long GIB = 1L << 30;

    private final FakeCluster cluster;
    private final FakeAgent agent;
    private final Map<String, Migration.Builder> known = new TreeMap<>();
    private final Map<String, String> refusals = new TreeMap<>();
    private final Map<String, String> failures = new TreeMap<>();
    private boolean restarted;
    private boolean handoversStayOpen;

    FakeMigrations(FakeCluster cluster, FakeAgent agent) {
        this.cluster = cluster;
        this.agent = agent;
    }

    void refuses(String name, String reason) {
        refusals.put(name, reason);
    }

    void fails(String name, String reason) {
        failures.put(name, reason);
    }

    /** From now on the agent knows of no migration that it started. */
    void restarts() {
        restarted = true;
    }

    void handoversStayOpen() {
        handoversStayOpen = true;
    }

    void underWay(Domain domain, String target) {
        begin(domain, target, "");
    }

    private Migration.Builder begin(Domain domain, String target, String requestedBy) {
        Migration.Builder begun = Migration.newBuilder()
                .setDomainUuid(domain.getUuid())
                .setDomainName(domain.getName())
                .setTarget(target)
                .setState(Migration.State.STATE_RUNNING)
                .setTotalBytes(2 * GIB)
                .setRemainingBytes(2 * GIB)
                .setRequestedBy(requestedBy);
        known.put(domain.getUuid(), begun);
        return begun;
    }

    private Optional<Domain> domain(String uuid) {
        return agent.inventory().getDomainsList().stream()
                .filter(d -> d.getUuid().equals(uuid))
                .findFirst();
    }

    @Override
    public void checkMigrations(CheckMigrationsRequest request, StreamObserver<CheckMigrationsResponse> to) {
        CheckMigrationsResponse.Builder response = CheckMigrationsResponse.newBuilder();
        List<String> wanted = request.getDomainUuidsCount() > 0
                ? request.getDomainUuidsList()
                : agent.inventory().getDomainsList().stream()
                        .map(Domain::getUuid)
                        .toList();
        wanted.forEach(uuid -> domain(uuid).ifPresent(d -> response.addChecks(check(d))));
        agent.answer(to, response.build());
    }

    private MigrationCheck check(Domain domain) {
        MigrationCheck.Builder check = MigrationCheck.newBuilder()
                .setDomainUuid(domain.getUuid())
                .setDomainName(domain.getName())
                .addAllVgs(agent.inventory().getClaimsList().stream()
                        .filter(c -> c.getDomainUuid().equals(domain.getUuid()))
                        .map(c -> c.getVolume().getVg())
                        .distinct()
                        .toList());
        Migration.Builder running = known.get(domain.getUuid());
        if (running != null && running.getState() == Migration.State.STATE_RUNNING) {
            return check.setUnderWay(running).build();
        }
        Optional.ofNullable(refusals.get(domain.getName())).ifPresent(check::addRefusals);
        return check.build();
    }

    @Override
    public void startMigration(StartMigrationRequest request, StreamObserver<StartMigrationResponse> to) {
        Domain domain = domain(request.getDomainUuid()).orElseThrow();
        agent.requests()
                .add("migrate " + domain.getName() + " to " + request.getTarget() + " (" + request.getUri() + ") by "
                        + request.getRequestedBy() + ": " + request.getReason()
                        + (request.getPersistent() ? ", persistent" : "")
                        + (request.getUndefineSource() ? ", undefinesource" : "")
                        + (request.getAutoConverge() ? ", auto-converge" : "")
                        + (request.getBandwidthMib() > 0 ? ", bandwidth " + request.getBandwidthMib() : "")
                        + (request.hasSuspendAfter()
                                ? ", suspend after " + request.getSuspendAfter().getSeconds()
                                : ""));
        StartMigrationResponse.Builder response = StartMigrationResponse.newBuilder();
        String late = refusals.get("late " + domain.getName());
        if (late != null) {
            response.setRefused(MigrationRefused.newBuilder().addReasons(late));
        } else {
            response.setStarted(begin(domain, request.getTarget(), request.getRequestedBy()));
            cluster.handovers().add(handover(domain, request.getTarget()));
        }
        agent.answer(to, response.build());
    }

    private Handover handover(Domain domain, String target) {
        return Handover.newBuilder()
                .setRef(HandoverRef.newBuilder()
                        .setId("c0ffee00-0000-4000-8000-000000000001")
                        .setDomainUuid(domain.getUuid()))
                .setDomainName(domain.getName())
                .setSource(agent.host())
                .setTarget(target)
                .setPhase(HandoverPhase.HANDOVER_PHASE_SHARED)
                .setOpenedAt(FakeCluster.ago(0))
                .build();
    }

    @Override
    public void listMigrations(ListMigrationsRequest request, StreamObserver<ListMigrationsResponse> to) {
        ListMigrationsResponse.Builder response = ListMigrationsResponse.newBuilder();
        known.values().forEach(m -> {
            later(m);
            if (!restarted || m.getState() == Migration.State.STATE_RUNNING) {
                response.addMigrations(m);
            }
        });
        agent.answer(to, response.build());
    }

    private void later(Migration.Builder migration) {
        if (migration.getState() != Migration.State.STATE_RUNNING) {
            return;
        }
        if (migration.getRemainingBytes() > GIB) {
            migration.setRemainingBytes(GIB).setProcessedBytes(GIB);
            return;
        }
        String failure = failures.get(migration.getDomainName());
        if (failure != null) {
            migration.setState(Migration.State.STATE_FAILED).setReason(failure);
        } else {
            migration.setState(Migration.State.STATE_MOVED);
            move(migration.getDomainUuid(), migration.getTarget());
        }
        if (!handoversStayOpen) {
            cluster.handovers()
                    .removeIf(h -> h.getRef().getDomainUuid().equals(migration.getDomainUuid()) && !h.hasClosedAt());
        }
    }

    private void move(String uuid, String target) {
        Domain domain = domain(uuid).orElseThrow();
        List<Domain> left = agent.inventory().getDomainsList().stream()
                .filter(d -> !d.getUuid().equals(uuid))
                .toList();
        agent.inventory().clearDomains().addAllDomains(left);
        cluster.agent(target).runs(domain);
        List<Claim> claims = agent.inventory().getClaimsList().stream()
                .filter(c -> !c.getDomainUuid().equals(uuid))
                .toList();
        agent.inventory().clearClaims().addAllClaims(claims);
    }

    @Override
    public void abortMigration(AbortMigrationRequest request, StreamObserver<AbortMigrationResponse> to) {
        agent.requests().add("abort by " + request.getRequestedBy() + ": " + request.getReason());
        Migration.Builder running = known.get(request.getDomainUuid());
        boolean aborted = running != null && running.getState() == Migration.State.STATE_RUNNING;
        if (aborted) {
            running.setState(Migration.State.STATE_FAILED).setReason("canceled by client");
        }
        agent.answer(to, AbortMigrationResponse.newBuilder().setAborted(aborted).build());
    }
}
