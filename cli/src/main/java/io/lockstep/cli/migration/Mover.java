package io.lockstep.cli.migration;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.Waiting;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.host.Freshness;
import io.lockstep.cli.output.Words;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.AbortMigrationRequest;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.Migration;
import io.lockstep.proto.v1.StartMigrationResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Starts the migrations of a plan, some at once, and watches them to their end.
 *
 * <p>Guarantees: a domain counts as moved only when libvirt says so and its handover is closed; after a failure nothing more is
 * started unless that was asked for, and what is under way is watched to its end; a service that does not answer for a moment ends
 * nothing.
 */
final class Mover {

    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Looks at a handover that does not close although its guest has moved: two minutes, longer than any healthy one takes. */
    private static final int SETTLED_WITHIN = 120;

    /** Looks without any answer. */
    private static final int PATIENCE = 30;

    private static final int ALL_OPEN = 10_000;

    private final Cluster cluster;
    private final Surroundings surroundings;
    private final Host source;
    private final Map<String, String> uris;
    private final MoveOptions options;
    private final Display display;

    Mover(
            Cluster cluster,
            Surroundings surroundings,
            Host source,
            List<Host> hosts,
            MoveOptions options,
            Display display) {
        this.cluster = cluster;
        this.surroundings = surroundings;
        this.source = source;
        this.uris = hosts.stream()
                .collect(Collectors.toMap(Host::getName, h -> h.getInventory().getMigrateUri()));
        this.options = options;
        this.display = display;
    }

    /**
     * @param parallel how many are under way at once
     * @param keepGoing whether a failure stops what is not started yet
     * @return whether it came to its end; false when it was interrupted
     */
    boolean run(List<Move> moves, int parallel, boolean keepGoing) {
        try (Waiting.Watch watch = surroundings.waiting().watch()) {
            try {
                toTheEnd(moves, parallel, keepGoing, watch);
                return true;
            } catch (Waiting.Interrupted e) {
                interrupted(moves);
                return false;
            }
        }
    }

    private void toTheEnd(List<Move> moves, int parallel, boolean keepGoing, Waiting.Watch watch)
            throws Waiting.Interrupted {
        int unanswered = 0;
        while (true) {
            startMore(moves, parallel, keepGoing);
            display.show(moves);
            if (moves.stream().allMatch(m -> m.stage().over())) {
                return;
            }
            watch.pause(LOOK);
            try {
                look(moves);
                unanswered = 0;
            } catch (CommandFailure e) {
                if (++unanswered >= PATIENCE) {
                    throw new CommandFailure(
                            e.status(), e.text() + ". What was started goes on; the same command takes it up again", e);
                }
            }
        }
    }

    private void startMore(List<Move> moves, int parallel, boolean keepGoing) {
        for (Move move : moves) {
            if (move.stage() != Move.Stage.PLANNED) {
                continue;
            }
            if (!keepGoing && moves.stream().anyMatch(Mover::stops)) {
                move.notStarted();
            } else if (moves.stream().filter(Mover::underWay).count() < parallel) {
                start(move);
            }
        }
    }

    private static boolean stops(Move move) {
        return move.stage() == Move.Stage.FAILED || move.stage() == Move.Stage.REFUSED;
    }

    private static boolean underWay(Move move) {
        return move.stage() == Move.Stage.UNDER_WAY || move.stage() == Move.Stage.SETTLING;
    }

    private void start(Move move) {
        String uri = uris.getOrDefault(move.target(), "");
        StartMigrationResponse response;
        try {
            response = cluster.startMigration(source, options.request(move, uri, surroundings));
        } catch (CommandFailure e) {
            move.failed(e.text() + "; it may have been started all the same: the same command finds out");
            return;
        }
        switch (response.getOutcomeCase()) {
            case STARTED -> move.begun(response.getStarted());
            case UNDER_WAY -> move.begun(response.getUnderWay());
            case REFUSED -> move.refused(response.getRefused().getReasonsList());
            case OUTCOME_NOT_SET ->
                move.failed("the answer of the agent of " + source.getName() + " is of a newer version");
        }
    }

    private void look(List<Move> moves) {
        if (moves.stream().noneMatch(Mover::underWay)) {
            return;
        }
        Map<String, Migration> migrations = cluster.migrations(source).stream()
                .collect(Collectors.toMap(Migration::getDomainUuid, Function.identity(), (a, b) -> a));
        Map<String, Handover> open = cluster
                .handovers(ListHandoversRequest.newBuilder()
                        .setOpenOnly(true)
                        .setLimit(ALL_OPEN)
                        .build())
                .getHandoversList()
                .stream()
                .collect(Collectors.toMap(h -> h.getRef().getDomainUuid(), Function.identity(), (a, b) -> a));
        for (Move move : moves) {
            if (underWay(move)) {
                move.handedOver(Optional.ofNullable(open.get(move.uuid())));
                look(move, Optional.ofNullable(migrations.get(move.uuid())));
            }
        }
    }

    private void look(Move move, Optional<Migration> migration) {
        switch (migration.map(Migration::getState).orElse(Migration.State.STATE_UNSPECIFIED)) {
            case STATE_RUNNING -> move.copying(migration.orElseThrow());
            case STATE_MOVED -> arrived(move);
            case STATE_FAILED ->
                move.failed(migration.orElseThrow().getReason() + "; where it runs: lockstepctl domains");
            case STATE_UNKNOWN ->
                lookForDomain(move, Optional.of(migration.orElseThrow().getReason()));
            // An agent that was restarted knows of no end.
            case STATE_UNSPECIFIED, UNRECOGNIZED -> lookForDomain(move, Optional.empty());
        }
    }

    private void arrived(Move move) {
        if (move.handover().isEmpty()) {
            move.moved();
        } else if (move.settle() > SETTLED_WITHIN) {
            Handover open = move.handover().get();
            String attention = open.getAttentionCount() == 0 ? "" : ": " + String.join("; ", open.getAttentionList());
            move.failed("it runs on " + move.target() + ", but its handover is still open (" + Words.of(open.getPhase())
                    + attention + "): lockstepctl handover " + open.getRef().getId());
        }
    }

    /** Nobody says how it ended: where the domain runs does. */
    private void lookForDomain(Move move, Optional<String> lost) {
        List<Host> hosts = cluster.hosts();
        OwnDomain here = hosts.stream()
                .filter(h -> h.getName().equals(source.getName()))
                .map(h -> own(h, move))
                .findFirst()
                .orElse(OwnDomain.UNKNOWN);
        boolean elsewhere = hosts.stream()
                .filter(h -> !h.getName().equals(source.getName()))
                .anyMatch(h -> own(h, move) == OwnDomain.ACTIVE);
        if (here == OwnDomain.ABSENT && elsewhere) {
            arrived(move);
        } else if (here == OwnDomain.ACTIVE && !elsewhere) {
            move.failed("the migration has ended, and it still runs on " + source.getName()
                    + lost.map(r -> " (" + r + ")").orElse(""));
        } else if (move.settle() > SETTLED_WITHIN) {
            move.failed("nobody knows how its migration ended"
                    + lost.map(r -> " (" + r + ")").orElse("") + ": lockstepctl domains");
        }
    }

    private static OwnDomain own(Host host, Move move) {
        if (!Freshness.fresh(host) || !host.getInventory().getHypervisorAnswers()) {
            return OwnDomain.UNKNOWN;
        }
        return host.getInventory().getDomainsList().stream()
                .filter(d -> d.getUuid().equals(move.uuid()))
                .map(Domain::getOwn)
                .map(Protos::own)
                .findFirst()
                .orElse(OwnDomain.ABSENT);
    }

    private void interrupted(List<Move> moves) {
        List<Move> goOn = moves.stream().filter(Mover::underWay).toList();
        if (goOn.isEmpty()) {
            display.note("interrupted; nothing is under way");
            return;
        }
        if (!options.abortOnInterrupt()) {
            display.note("interrupted; without lockstepctl goes on: "
                    + goOn.stream().map(Move::name).collect(Collectors.joining(", "))
                    + ". The same command takes it up again; look at it with: lockstepctl handovers --open; cancel one"
                    + " with: virsh domjobabort DOMAIN on " + source.getName());
            return;
        }
        for (Move move : goOn) {
            boolean aborted = cluster.abortMigration(
                    source,
                    AbortMigrationRequest.newBuilder()
                            .setDomainUuid(move.uuid())
                            .setReason("lockstepctl was interrupted")
                            .setRequestedBy(surroundings.user())
                            .build());
            display.note(move.name()
                    + (aborted
                            ? ": cancelled; it goes on where it is"
                            : ": could not be cancelled, it may have ended: lockstepctl domains"));
        }
    }
}
