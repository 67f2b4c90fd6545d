package io.lockstep.cli.connection;

import io.grpc.StatusRuntimeException;
import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.v1.AbortMigrationRequest;
import io.lockstep.proto.v1.AcquireLocksRequest;
import io.lockstep.proto.v1.AttachDiskRequest;
import io.lockstep.proto.v1.AttachDiskResponse;
import io.lockstep.proto.v1.CheckMigrationsRequest;
import io.lockstep.proto.v1.CloseHandoverRequest;
import io.lockstep.proto.v1.CloseHandoverResponse;
import io.lockstep.proto.v1.DetachDiskRequest;
import io.lockstep.proto.v1.DetachDiskResponse;
import io.lockstep.proto.v1.DiskServiceGrpc;
import io.lockstep.proto.v1.FindHoldersRequest;
import io.lockstep.proto.v1.FindHoldersResponse;
import io.lockstep.proto.v1.ForgetHostRequest;
import io.lockstep.proto.v1.ForgetHostResponse;
import io.lockstep.proto.v1.GetHandoverRequest;
import io.lockstep.proto.v1.GetHandoverResponse;
import io.lockstep.proto.v1.GetInventoryRequest;
import io.lockstep.proto.v1.GetVolumeHistoryRequest;
import io.lockstep.proto.v1.GetVolumeHistoryResponse;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.HistoryServiceGrpc;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.HostServiceGrpc;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.InventoryServiceGrpc;
import io.lockstep.proto.v1.ListActionsRequest;
import io.lockstep.proto.v1.ListAlarmsRequest;
import io.lockstep.proto.v1.ListAlarmsResponse;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.ListHandoversResponse;
import io.lockstep.proto.v1.ListHostsRequest;
import io.lockstep.proto.v1.ListMigrationsRequest;
import io.lockstep.proto.v1.LockResult;
import io.lockstep.proto.v1.LockServiceGrpc;
import io.lockstep.proto.v1.ManualAction;
import io.lockstep.proto.v1.Migration;
import io.lockstep.proto.v1.MigrationCheck;
import io.lockstep.proto.v1.MigrationServiceGrpc;
import io.lockstep.proto.v1.ReconcileRequest;
import io.lockstep.proto.v1.ReconcileResponse;
import io.lockstep.proto.v1.ReleaseLocksRequest;
import io.lockstep.proto.v1.StartMigrationRequest;
import io.lockstep.proto.v1.StartMigrationResponse;
import io.lockstep.proto.v1.SuspendDomainRequest;
import io.lockstep.proto.v1.SuspendDomainResponse;
import io.lockstep.proto.v1.WatchHandoversRequest;
import io.lockstep.proto.v1.WatchHandoversResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What can be asked of the controller and of the agents that it knows; or of one agent alone, which then is all there is. Each call ends
 * within the time limit, and fails with a {@link CommandFailure} only ({@link Calls}).
 */
public final class Cluster implements AutoCloseable {

    private final Calls calls;
    private final Optional<Endpoint> onlyAgent;

    Cluster(Channels channels, List<Endpoint> controllers, Optional<Endpoint> onlyAgent, Duration timeout) {
        this.calls = new Calls(channels, controllers, onlyAgent.isPresent(), timeout);
        this.onlyAgent = onlyAgent;
    }

    /** All hosts that the controller knows, by name; or the one whose agent is asked alone. */
    public List<Host> hosts() {
        return onlyAgent
                .map(a -> List.of(alone(a)))
                .orElseGet(() -> calls.controller(c -> calls.timed(HostServiceGrpc.newBlockingStub(c))
                        .listHosts(ListHostsRequest.getDefaultInstance())
                        .getHostsList()));
    }

    /** The host of this name, or, when one agent is asked alone, its host. */
    public Host host(Optional<HostName> name) {
        List<Host> hosts = hosts();
        return name.isEmpty() ? hosts.getFirst() : named(hosts, name.get());
    }

    public static Host named(List<Host> hosts, HostName name) {
        return hosts.stream()
                .filter(h -> h.getName().equals(name.value()))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.USAGE,
                        "no host \"" + name + "\": "
                                + (hosts.isEmpty()
                                        ? "the controller knows none yet"
                                        : (hosts.size() == 1 ? "there is only " : "there are ")
                                                + hosts.stream()
                                                        .map(Host::getName)
                                                        .collect(Collectors.joining(", ")))));
    }

    /** By the first controller that answers; others that share its database hear of it from there. */
    public ForgetHostResponse forget(ForgetHostRequest request) {
        return calls.controller(
                c -> calls.timed(HostServiceGrpc.newBlockingStub(c)).forgetHost(request));
    }

    /** The latest first. */
    public List<ManualAction> actions(ListActionsRequest request) {
        return calls.controller(c -> calls.timed(HistoryServiceGrpc.newBlockingStub(c))
                .listActions(request)
                .getActionsList());
    }

    public GetVolumeHistoryResponse history(GetVolumeHistoryRequest request) {
        return calls.controller(
                c -> calls.timed(HistoryServiceGrpc.newBlockingStub(c)).getVolumeHistory(request));
    }

    public FindHoldersResponse holders(FindHoldersRequest request) {
        return calls.controller(
                c -> calls.timed(HostServiceGrpc.newBlockingStub(c)).findHolders(request));
    }

    public ListHandoversResponse handovers(ListHandoversRequest request) {
        return calls.controller(
                c -> calls.timed(HandoverServiceGrpc.newBlockingStub(c)).listHandovers(request));
    }

    public GetHandoverResponse handover(String id) {
        return calls.controller(c -> calls.timed(HandoverServiceGrpc.newBlockingStub(c))
                .getHandover(GetHandoverRequest.newBuilder().setId(id).build()));
    }

    public ListAlarmsResponse alarms() {
        return calls.controller(c ->
                calls.timed(HandoverServiceGrpc.newBlockingStub(c)).listAlarms(ListAlarmsRequest.getDefaultInstance()));
    }

    /** By the first controller that answers: closing twice does no harm. */
    public CloseHandoverResponse closeHandover(CloseHandoverRequest request) {
        return calls.controller(
                c -> calls.timed(HandoverServiceGrpc.newBlockingStub(c)).closeHandover(request));
    }

    /** The same: a guest that is suspended is not suspended again. */
    public SuspendDomainResponse suspend(SuspendDomainRequest request) {
        return calls.controller(
                c -> calls.timed(HandoverServiceGrpc.newBlockingStub(c)).suspendDomain(request));
    }

    /**
     * Ends only when {@code each} wants no more, or by failing: a watch that the controller ends has not seen everything.
     *
     * @param each takes a change, and says whether to go on
     */
    public void watchHandovers(WatchHandoversRequest request, Predicate<WatchHandoversResponse> each) {
        calls.controller(c -> {
            boolean begun = false;
            try {
                Iterator<WatchHandoversResponse> changes =
                        HandoverServiceGrpc.newBlockingStub(c).watchHandovers(request);
                while (changes.hasNext()) {
                    begun = true;
                    if (!each.test(changes.next())) {
                        return true;
                    }
                }
            } catch (StatusRuntimeException e) {
                if (!begun || !Failures.unreachable(e)) {
                    throw e;
                }
            }
            throw new CommandFailure(
                    ExitStatus.NO_ANSWER, "the controller ended the watch; start it again to see what happened since");
        });
    }

    public List<LockResult> acquire(Host host, AcquireLocksRequest request) {
        return calls.agent(
                host,
                c -> calls.timed(LockServiceGrpc.newBlockingStub(c))
                        .acquireLocks(request)
                        .getResultsList());
    }

    public List<LockResult> release(Host host, ReleaseLocksRequest request) {
        return calls.agent(
                host,
                c -> calls.timed(LockServiceGrpc.newBlockingStub(c))
                        .releaseLocks(request)
                        .getResultsList());
    }

    public AttachDiskResponse attach(Host host, AttachDiskRequest request) {
        return calls.agent(
                host, c -> calls.timed(DiskServiceGrpc.newBlockingStub(c)).attachDisk(request));
    }

    /** @param wait how long the guest may take, on top of the time limit of every call */
    public DetachDiskResponse detach(Host host, DetachDiskRequest request, Duration wait) {
        return calls.agent(
                host, c -> calls.timed(DiskServiceGrpc.newBlockingStub(c), wait).detachDisk(request));
    }

    public ReconcileResponse reconcile(Host host, ReconcileRequest request) {
        return calls.agent(
                host, c -> calls.timed(LockServiceGrpc.newBlockingStub(c)).reconcile(request));
    }

    /** @param domains by UUID; none means all that are active there */
    public List<MigrationCheck> checkMigrations(Host host, List<String> domains) {
        return calls.agent(
                host,
                c -> calls.timed(MigrationServiceGrpc.newBlockingStub(c))
                        .checkMigrations(CheckMigrationsRequest.newBuilder()
                                .addAllDomainUuids(domains)
                                .build())
                        .getChecksList());
    }

    public StartMigrationResponse startMigration(Host host, StartMigrationRequest request) {
        return calls.agent(
                host, c -> calls.timed(MigrationServiceGrpc.newBlockingStub(c)).startMigration(request));
    }

    /** Those away from this host. */
    public List<Migration> migrations(Host host) {
        return calls.agent(
                host,
                c -> calls.timed(MigrationServiceGrpc.newBlockingStub(c))
                        .listMigrations(ListMigrationsRequest.getDefaultInstance())
                        .getMigrationsList());
    }

    /** @return whether libvirt said that it cancels it */
    public boolean abortMigration(Host host, AbortMigrationRequest request) {
        return calls.agent(
                host,
                c -> calls.timed(MigrationServiceGrpc.newBlockingStub(c))
                        .abortMigration(request)
                        .getAborted());
    }

    private Host alone(Endpoint endpoint) {
        Inventory inventory = calls.agent(
                "the agent at " + endpoint,
                endpoint,
                Optional.empty(),
                c -> calls.timed(InventoryServiceGrpc.newBlockingStub(c))
                        .getInventory(GetInventoryRequest.getDefaultInstance())
                        .getInventory());
        return Host.newBuilder()
                .setName(inventory.getHost())
                .setEndpoint(endpoint.toString())
                .setState(Host.State.STATE_CONNECTED)
                .setSeenAt(inventory.getAt())
                .setInventory(inventory)
                .build();
    }

    @Override
    public void close() {
        calls.close();
    }
}
