package io.lockstep.agent.controller;

import io.grpc.StatusRuntimeException;
import io.lockstep.agent.handover.SideReports;
import io.lockstep.agent.handover.SideView;
import io.lockstep.agent.work.Deadline;
import io.lockstep.agent.work.SteadyClock;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.volume.Volume;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.BeginRequest;
import io.lockstep.proto.v1.BeginResponse;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.FindHoldersRequest;
import io.lockstep.proto.v1.FindHoldersResponse;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.HistoryServiceGrpc;
import io.lockstep.proto.v1.HostServiceGrpc;
import io.lockstep.proto.v1.RecordActionsRequest;
import io.lockstep.proto.v1.RegisterHostRequest;
import io.lockstep.proto.v1.ReportRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The controllers over gRPC.
 *
 * <p>Guarantees: what one controller does not answer the next one is asked ({@link Failover}); a {@code Begin} that is repeated is
 * the same handover; every controller hears of this host.
 */
public final class ControllerClient implements Controller {

    private static final Logger LOG = Logger.getLogger(ControllerClient.class);
    private static final Duration QUICK = Duration.ofSeconds(5);

    private final HostName host;
    private final String ownEndpoint;
    private final String version;
    private final String bootId;
    private final Failover controllers;
    private final ExecutorService background;
    private volatile Optional<String> problem;

    public ControllerClient(
            HostName host,
            String ownEndpoint,
            String version,
            String bootId,
            Endpoints endpoints,
            ExecutorService background) {
        this.host = host;
        this.ownEndpoint = ownEndpoint;
        this.version = version;
        this.bootId = bootId;
        this.controllers = new Failover(endpoints);
        this.background = background;
        this.problem = Optional.of("not registered yet");
    }

    /** Why no controller knows this host at the moment, in words; empty when one does. */
    public Optional<String> problem() {
        return problem;
    }

    /** Tells the controllers where this agent is; regularly, because any of them may have lost its memory. */
    public void register() {
        RegisterHostRequest request = RegisterHostRequest.newBuilder()
                .setHost(host.value())
                .setEndpoint(ownEndpoint)
                .setVersion(version)
                .setBootId(bootId)
                .build();
        Optional<String> failure = Optional.of("no controller is configured (lockstep.controllers)");
        for (String endpoint : controllers.ordered()) {
            try {
                HostServiceGrpc.newBlockingStub(controllers.channel(endpoint))
                        .withDeadlineAfter(QUICK.toNanos(), TimeUnit.NANOSECONDS)
                        .registerHost(request);
                failure = Optional.empty();
            } catch (StatusRuntimeException e) {
                LOG.debugf("controller %s: %s", endpoint, e.getStatus());
                failure = failure.isEmpty() ? failure : Optional.of(Failover.words(endpoint, e));
            }
        }
        problem = failure;
    }

    @Override
    public BeginOutcome begin(
            DomainUuid domain, String name, SortedSet<Volume> volumes, Epoch highest, Deadline deadline) {
        BeginRequest request = BeginRequest.newBuilder()
                .setDomainUuid(domain.toString())
                .setDomainName(name)
                .setTarget(host.value())
                .addAllVolumes(Protos.volumes(volumes))
                .setHighestEpoch(highest.value())
                // Whichever controller hears this: it is one handover.
                .setHandoverId(UUID.randomUUID().toString())
                .build();
        try {
            return outcome(controllers.call(
                    deadline,
                    (channel, limit) -> HandoverServiceGrpc.newBlockingStub(channel)
                            // It waits for what is in the way; a controller that is gone ends the connection.
                            .withDeadlineAfter(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)
                            .begin(request)));
        } catch (Failover.UnreachableException e) {
            return new BeginOutcome.Unreachable(e.getMessage());
        } catch (IllegalArgumentException e) {
            return new BeginOutcome.Refused("the controller's answer makes no sense: " + e.getMessage());
        }
    }

    private static BeginOutcome outcome(BeginResponse response) {
        return switch (response.getOutcomeCase()) {
            case OPENED ->
                new BeginOutcome.Opened(
                        Protos.id(response.getOpened().getHandover()),
                        Protos.epoch(response.getOpened().getHandover()),
                        Protos.host(response.getOpened().getSource()),
                        response.getOpened().getSharedList().stream()
                                .map(Protos::volume)
                                .collect(Collectors.toCollection(TreeSet::new)));
            case NOBODY_RUNS_IT -> new BeginOutcome.NobodyRunsIt();
            case REFUSED -> new BeginOutcome.Refused(response.getRefused().getReason());
            case OUTCOME_NOT_SET -> new BeginOutcome.Refused("the controller's answer is of a newer version");
        };
    }

    @Override
    public void report(SideView view) {
        ReportRequest request =
                ReportRequest.newBuilder().setReport(SideReports.of(host, view)).build();
        try {
            background.execute(() -> {
                try {
                    controllers.call(
                            Deadline.in(QUICK, SteadyClock.CLOCK),
                            (channel, limit) -> HandoverServiceGrpc.newBlockingStub(channel)
                                    .withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS)
                                    .report(request));
                } catch (Failover.UnreachableException e) {
                    LOG.debugf("not reported, the inventory will tell: %s", e.getMessage());
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("not reported: the agent is stopping", e);
        }
    }

    @Override
    public Optional<Holders> holders(Set<Volume> volumes, Deadline deadline) {
        FindHoldersRequest request = FindHoldersRequest.newBuilder()
                .addAllVolumes(Protos.volumes(volumes))
                .build();
        try {
            FindHoldersResponse response = controllers.call(
                    deadline,
                    (channel, limit) -> HostServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS)
                            .findHolders(request));
            List<Holder> holders = response.getHoldersList().stream()
                    .filter(h -> !h.getHost().equals(host.value()))
                    .map(h -> new Holder(
                            Protos.volume(h.getLock().getVolume()),
                            Protos.host(h.getHost()),
                            Protos.mode(h.getLock().getMode()),
                            h.getClaimsList().stream().map(Claim::getDomainName).toList(),
                            h.getLock().hasSince()
                                    ? Optional.of(Protos.time(h.getLock().getSince()))
                                    : Optional.empty(),
                            h.getFresh()))
                    .filter(h -> h.mode() != io.lockstep.core.volume.LockMode.UNLOCKED)
                    .toList();
            return Optional.of(new Holders(holders, response.getUnknownHostsList()));
        } catch (Failover.UnreachableException | IllegalArgumentException e) {
            LOG.debugf(e, "nobody tells who holds %s", volumes);
            return Optional.empty();
        }
    }

    /** Whether a controller has taken these actions. */
    public boolean record(RecordActionsRequest request) {
        try {
            var _ = controllers.call(
                    Deadline.in(QUICK, SteadyClock.CLOCK),
                    (channel, limit) -> HistoryServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS)
                            .recordActions(request));
            return true;
        } catch (Failover.UnreachableException e) {
            LOG.debugf("manual actions not told yet: %s", e.getMessage());
            return false;
        }
    }

    public void close() {
        controllers.close();
    }
}
