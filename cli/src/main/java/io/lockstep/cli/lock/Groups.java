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
     * @throws CommandFailure when all hosts are known, and none of them sees this group
     */
    static void require(VgName vg, List<Host> hosts) {
        TreeSet<String> seen = new TreeSet<>();
        hosts.forEach(h -> h.getInventory().getLockspacesList().stream()
                .map(Lockspace::getVg)
                .forEach(seen::add));
        if (!hosts.isEmpty() && hosts.stream().allMatch(Freshness::fresh) && !seen.contains(vg.value())) {
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    "no host sees a shared volume group \"" + vg + "\": "
                            + (seen.isEmpty() ? "there is none" : "there is " + String.join(", ", seen)));
        }
    }
}
