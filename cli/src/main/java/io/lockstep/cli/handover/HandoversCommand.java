package io.lockstep.cli.handover;

import com.google.protobuf.Timestamp;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.connection.ControllerOptions;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.DomainNames;
import io.lockstep.cli.output.Durations;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.LatestOptions;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.WatchHandoversRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Handovers, the latest first; or each change as it happens. */
@Command(
        name = "handovers",
        description = "List handovers, the latest first.",
        footer = "With --watch a line is printed for every change, until the controller or Ctrl-C ends it.")
public final class HandoversCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    @Option(names = "--open", description = "Only open ones.")
    private boolean open;

    @Option(names = "--domain", paramLabel = "NAME|UUID", description = "Only those of this domain.")
    private Optional<String> domain;

    @Option(names = "--host", paramLabel = "HOST", description = "Only those with this host as source or target.")
    private Optional<HostName> host;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only open or closed ones, or those in this phase: sharing, shared, committing, committed,"
                    + " reverting, reverted.")
    private Optional<String> state;

    @Mixin
    private LatestOptions latest;

    @Option(names = "--watch", description = "Print every change as it happens.")
    private boolean watch;

    @Spec
    private CommandSpec spec;

    /** Empty for all. */
    private Set<HandoverPhase> wanted = Set.of();

    public HandoversCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        int limit = latest.limit();
        wanted = state.map(this::state).map(HandoverState::phases).orElse(Set.of());
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.open(surroundings)) {
            if (watch) {
                watch(cluster, printer);
            } else {
                list(cluster, limit, printer);
            }
        }
        return ExitStatus.OK.code();
    }

    private HandoverState state(String word) {
        try {
            return HandoverState.of(word);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void list(Cluster cluster, int limit, Printer printer) {
        ListHandoversRequest.Builder request = ListHandoversRequest.newBuilder()
                .setOpenOnly(open)
                .setLimit(limit)
                .addAllPhases(wanted);
        host.ifPresent(h -> request.setHost(h.value()));
        domain.ifPresent(request::setDomain);
        begin().ifPresent(b -> request.setSince(Protos.time(b)));
        List<Handover> handovers = cluster.handovers(request.build()).getHandoversList();
        if (printer.json()) {
            printer.print(Json.object("handovers", Json.list(handovers, Json::of)));
            return;
        }
        List<String> columns =
                new ArrayList<>(List.of("ID", "DOMAIN", "FROM -> TO", "PHASE", "OPENED", "TOOK", "ATTENTION"));
        if (printer.wide()) {
            columns.addAll(6, List.of("SOURCE", "TARGET", "EPOCH", "VOLUMES"));
        }
        Table table = Table.of(columns);
        DomainNames names = DomainNames.ofHandovers(handovers);
        handovers.forEach(h -> table.row(row(h, names, printer)));
        printer.print(table, "no handover");
        latest.noteWhenFull(handovers.size(), printer);
    }

    private static List<Cell> row(Handover handover, DomainNames names, Printer printer) {
        List<Cell> row = new ArrayList<>(List.of(
                Cell.of(printer.wide() ? handover.getRef().getId() : Words.shortId(handover.getRef())),
                Cell.of(names.of(handover.getDomainName(), handover.getRef().getDomainUuid())),
                Cell.of(HandoverRows.way(handover)),
                Cell.when(handover.getAttentionCount() > 0, Words.of(handover.getPhase())),
                Cell.of(printer.ago(handover.hasOpenedAt(), handover.getOpenedAt())),
                Cell.of(took(handover)),
                HandoverRows.attention(handover)));
        if (printer.wide()) {
            row.addAll(
                    6,
                    List.of(
                            Cell.of(HandoverRows.progress(handover.getSourceProgress())),
                            Cell.of(HandoverRows.progress(handover.getTargetProgress())),
                            Cell.of(Long.toString(handover.getRef().getEpoch())),
                            Cell.of(String.join(
                                    ",",
                                    handover.getVolumesList().stream()
                                            .map(Words::of)
                                            .toList()))));
        }
        return row;
    }

    private static String took(Handover handover) {
        return handover.hasClosedAt()
                ? Durations.length(
                        Duration.between(Protos.time(handover.getOpenedAt()), Protos.time(handover.getClosedAt())))
                : "open";
    }

    private void watch(Cluster cluster, Printer printer) {
        Set<String> shown = new HashSet<>();
        Optional<Instant> begin = begin();
        cluster.watchHandovers(
                WatchHandoversRequest.newBuilder().setDomain(domain.orElse("")).build(), change -> {
                    Handover handover = change.getHandover();
                    // The change that closes a handover belongs to the open ones too.
                    boolean followed = !open
                            || !HandoverRows.closed(handover)
                            || shown.remove(handover.getRef().getId());
                    if (followed
                            && chosen(handover)
                            && begin.stream().noneMatch(b -> opened(handover).isBefore(b))) {
                        if (!HandoverRows.closed(handover)) {
                            shown.add(handover.getRef().getId());
                        }
                        print(handover, printer);
                    }
                    return !printer.gone();
                });
    }

    private boolean chosen(Handover handover) {
        return (wanted.isEmpty() || wanted.contains(handover.getPhase()))
                && host.map(HostName::value)
                        .filter(h -> !h.equals(handover.getSource()) && !h.equals(handover.getTarget()))
                        .isEmpty();
    }

    private void print(Handover handover, Printer printer) {
        if (printer.json()) {
            printer.printLine(Json.of(handover));
            return;
        }
        String attention = HandoverRows.attention(handover).text();
        printer.line(Cell.when(
                handover.getAttentionCount() > 0,
                surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS) + " " + Words.shortId(handover.getRef())
                        + " "
                        + handover.getDomainName() + " " + HandoverRows.way(handover) + " "
                        + Words.of(handover.getPhase())
                        + (attention.isEmpty() ? "" : ": " + attention)));
    }

    private static Instant opened(Handover handover) {
        Timestamp at = handover.getOpenedAt();
        return Protos.time(at);
    }

    private Optional<Instant> begin() {
        return latest.since(surroundings.clock().instant());
    }
}
