package io.lockstep.agent.platform;

import io.lockstep.core.port.HostPlatform;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Opens the platform that the configuration names, among those of this program and those of an extra jar.
 *
 * <p>The extra jar is how something that production does not contain, such as a simulation, comes in.
 */
public final class Platforms {

    private Platforms() {}

    /** @throws IllegalArgumentException that names what was asked for and what there is */
    public static HostPlatform open(String name, Optional<Path> jar, Map<String, String> options) {
        ClassLoader own = Platforms.class.getClassLoader();
        ClassLoader loader = jar.map(j -> (ClassLoader) new URLClassLoader(new URL[] {url(j)}, own))
                .orElse(own);
        List<HostPlatform.Provider> providers = new ArrayList<>();
        ServiceLoader.load(HostPlatform.Provider.class, loader).forEach(providers::add);
        return providers.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("lockstep.platform.name is \"" + name
                        + "\", and this agent knows "
                        + (providers.isEmpty()
                                ? "no platform at all: name the jar that has one in lockstep.platform.jar"
                                : providers.stream()
                                        .map(HostPlatform.Provider::name)
                                        .collect(Collectors.joining(", ", "only ", "")))))
                .open(options);
    }

    private static URL url(Path jar) {
        if (!Files.isReadable(jar)) {
            throw new IllegalArgumentException("lockstep.platform.jar is " + jar + ", which cannot be read");
        }
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("lockstep.platform.jar is " + jar + ", which is no path", e);
        }
    }
}
