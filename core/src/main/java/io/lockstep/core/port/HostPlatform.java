package io.lockstep.core.port;

import java.util.Map;

/** The host that an agent runs on: its lock manager and its hypervisor. */
public interface HostPlatform extends AutoCloseable {

    LockManager lockManager();

    Hypervisor hypervisor();

    Definitions definitions();

    /** Migrations away from this host. */
    default Migrations migrations() {
        return Migrations.NONE;
    }

    /** Differs after every boot of the host: what an older boot acquired is void. */
    String bootId();

    @Override
    void close();

    /** Found by {@link java.util.ServiceLoader}; an agent opens the one that its configuration names. */
    interface Provider {

        String name();

        /** @param options the agent's {@code lockstep.platform.options} */
        HostPlatform open(Map<String, String> options);
    }
}
