package io.lockstep.lvm;

import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.lvm.command.Answer;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.sanlock.HostNames;
import io.lockstep.lvm.sanlock.HostStates;
import io.lockstep.lvm.sanlock.SanlockStatus;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The other hosts as sanlock sees them. A host whose own renewals fail sees nothing: in a measured run it went on calling the
 * other one DEAD, in a generation long past. So no word of it counts then.
 */
final class Peers {

    /** What sanlock makes up for itself where {@code our_host_name} is not set. */
    private static final Pattern MADE_UP = Pattern.compile("[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}.*");

    private static final String LEFT = "FREE";

    private final CommandRunner runner;
    private final Reader reader;

    Peers(CommandRunner runner, Reader reader) {
        this.runner = runner;
        this.reader = reader;
    }

    List<PeerState> of(VgName vg) {
        String lockspace = Lockspaces.name(vg);
        Optional<SanlockStatus> status = reader.sanlock().given();
        if (status.flatMap(s -> s.space(lockspace))
                .filter(s -> Lockspaces.renewed(s, status.get().monotime()) instanceof LockspaceState.Live)
                .isEmpty()) {
            return List.of();
        }
        Optional<List<HostStates.HostState>> hosts =
                Answer.of(runner, HostStates.COMMAND, HostStates::parse).given().flatMap(h -> h.of(lockspace));
        if (hosts.isEmpty()) {
            return List.of();
        }
        Optional<HostNames> names =
                Answer.of(runner, HostNames.COMMAND, HostNames::parse).given();
        return hosts.get().stream()
                .filter(h -> h.hostId() >= 1 && h.hostId() <= 2000 && !h.word().equals(LEFT))
                .map(h -> new PeerState(
                        new HostId(h.hostId()),
                        names.flatMap(n -> n.host(lockspace, h.hostId()))
                                .map(HostNames.HostDetail::name)
                                .filter(n -> !n.isEmpty() && !MADE_UP.matcher(n).matches()),
                        new Generation(h.generation()),
                        liveness(h.word())))
                .toList();
    }

    private static PeerState.Liveness liveness(String word) {
        return switch (word) {
            case "LIVE" -> PeerState.Liveness.LIVE;
            case "FAIL" -> PeerState.Liveness.FAIL;
            case "DEAD" -> PeerState.Liveness.DEAD;
            default -> PeerState.Liveness.UNKNOWN;
        };
    }
}
