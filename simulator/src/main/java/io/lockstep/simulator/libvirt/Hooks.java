package io.lockstep.simulator.libvirt;

import io.lockstep.simulator.hook.HookCaller;
import io.lockstep.simulator.hook.HookResult;
import io.lockstep.simulator.libvirt.LibvirtException.Gone;
import io.lockstep.simulator.time.ClusterLock;

/**
 * Calls the hook of one host, and puts its refusals in libvirt's words.
 *
 * <p>Guarantee: a call on behalf of a daemon that is dead is not made.
 */
final class Hooks {

    private static final String PROGRAM =
            "(LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin USER=root" + " /etc/libvirt/hooks/qemu";

    private final Libvirtd libvirtd;
    private final ClusterLock cluster;
    private HookCaller caller = HookCaller.NONE;

    Hooks(Libvirtd libvirtd, ClusterLock cluster) {
        this.libvirtd = libvirtd;
        this.cluster = cluster;
    }

    void use(HookCaller hooks) {
        cluster.change(() -> caller = hooks);
    }

    /** The hook of a domain that need not exist. */
    HookResult call(String name, String operation, String suboperation, String extra, String xml, int life)
            throws Gone {
        cluster.requireFree();
        libvirtd.requireLife(life);
        HookResult result = cluster.look(() -> caller).call(libvirtd.host(), name, operation, suboperation, extra, xml);
        libvirtd.requireLife(life);
        return result;
    }

    /** The hook of a domain that exists: it is locked meanwhile. */
    HookResult call(Domain domain, String operation, String suboperation, String extra, int life) throws Gone {
        cluster.change(() -> domain.locked = true);
        try {
            return call(domain.name, operation, suboperation, extra, domain.live, life);
        } finally {
            cluster.change(() -> domain.locked = false);
        }
    }

    static void requireAllowed(HookResult result, String name, String operation) throws LibvirtException {
        if (result.exit() != 0) {
            throw new LibvirtException(
                    "Hook script execution failed: internal error: Child process " + PROGRAM + " " + name + " "
                            + operation + " begin -) unexpected exit status " + result.exit() + ": "
                            + result.stderr());
        }
    }
}
