package io.lockstep.simulator.hook;

import io.lockstep.core.domain.HostName;

/** Calls the qemu hook of one host, exactly as libvirt does: it has no time limit. */
@FunctionalInterface
public interface HookCaller {

    /** No hook is installed. */
    HookCaller NONE = (host, name, operation, suboperation, extra, xml) -> HookResult.allow();

    /** @param xml what the hook finds on stdin */
    HookResult call(HostName host, String name, String operation, String suboperation, String extra, String xml);
}
