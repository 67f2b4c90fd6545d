package io.lockstep.simulator.plugin;

import io.lockstep.core.port.HostPlatform;
import java.net.InetSocketAddress;
import java.util.Map;

/** Opens a host of a simulated cluster; options {@code address}, as {@code HOST:PORT}, and {@code host}, its name there. */
public final class SimulatedPlatformProvider implements HostPlatform.Provider {

    @Override
    public String name() {
        return "simulator";
    }

    @Override
    public HostPlatform open(Map<String, String> options) {
        return new RemotePlatform(address(option(options, "address")), option(options, "host"));
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("address=" + text + " of the simulator is not HOST:PORT");
        }
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private static String option(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("the platform \"simulator\" needs the option " + name);
        }
        return value;
    }
}
