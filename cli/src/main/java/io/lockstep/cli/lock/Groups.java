package io.lockstep.cli.lock;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.host.Freshness;
import io.lockstep.core.volume.VgName;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.Lockspace;
import java.util.List;
import java.util.TreeSet;

/** The shared volume groups that hosts see. */
final class Groups {

    private Groups() {}

    /**
     * Nothing is locked in a group that does not exist, and saying only that would be no help.
     *
     * @throws CommandFailure when every host is known and shows groups, and none of them shows this one
     */
    static void require(VgName vg, List<Host> hosts) {
        TreeSet<String> seen = new TreeSet<>();
        hosts.forEach(h -> h.getInventory().getLockspacesList().stream()
                .map(Lockspace::getVg)
                .forEach(seen::add));
        // A host on which LVM did not answer yet shows no group at all, and may have any.
        boolean all = hosts.stream()
                .allMatch(h -> Freshness.fresh(h) && h.getInventory().getLockspacesCount() > 0);
        if (!hosts.isEmpty() && all && !seen.contains(vg.value())) {
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    "no host sees a shared volume group \"" + vg + "\": there is " + String.join(", ", seen));
        }
    }
}
