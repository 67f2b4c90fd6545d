package io.lockstep.agent.config;

import io.lockstep.agent.Agent;
import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.lane.LaneSettings;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.hook.ActionMapping;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.hook.HookAction;
import io.lockstep.core.hook.HookOperation;
import io.lockstep.core.volume.VgName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** From configuration to checked values. Whatever is wrong is said at start, with the setting's name. */
final class Settings {

    private static final Duration VERDICT = Duration.ofSeconds(60);
    private static final Duration BEGIN = Duration.ofSeconds(55);
    private static final Duration GIVE_BACK = Duration.ofSeconds(5);
    private static final Duration PROBE = Duration.ofSeconds(10);

    private Settings() {}

    static HostName host(AgentConfig config) {
        return checked("lockstep.host", () -> new HostName(config.host().orElseGet(Settings::ownName)));
    }

    private static String ownName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("the host's own name cannot be read; set it", e);
        }
    }

    /** Where other hosts' libvirt reaches this host's. */
    static String migrateUri(AgentConfig config) {
        return checked("lockstep.migrate-uri", () -> {
            String uri = config.migrateUri().orElseGet(() -> "qemu+ssh://" + host(config) + "/system");
            if (!uri.contains("://")) {
                throw new IllegalArgumentException(
                        "\"" + uri + "\" is not a libvirt URI, as for example qemu+ssh://h1/system");
            }
            return uri;
        });
    }

    static Agent.Settings of(AgentConfig config) {
        double scale = config.deadlineScale();
        if (!(scale > 0 && scale <= 100)) {
            throw new IllegalArgumentException("lockstep.deadline-scale: " + scale + " is not between 0 and 100");
        }
        Policy policy = new Policy(
                checked("lockstep.enforcement", () -> Enforcement.of(config.enforcement())),
                mapped("lockstep.enforcement-of-group", config.enforcementOfGroup(), VgName::new),
                mapped("lockstep.enforcement-of-domain", config.enforcementOfDomain(), name -> name),
                actions(config.actions()),
                config.incomingPrepare(),
                scaled(VERDICT, scale),
                scaled(BEGIN, scale),
                scaled(GIVE_BACK, scale),
                config.reservation());
        return new Agent.Settings(
                policy,
                new LaneSettings(config.grace(), PROBE),
                new DomainWatch.WatchSettings(config.lookGap(), config.lasting(), config.eventDelay()),
                scaled(VERDICT, scale),
                config.rereading());
    }

    private static ActionMapping actions(Map<String, String> configured) {
        ActionMapping mapping = ActionMapping.defaults();
        for (Map.Entry<String, String> entry : new TreeMap<>(configured).entrySet()) {
            String setting = "lockstep.actions." + entry.getKey();
            HookOperation operation = HookOperation.of(entry.getKey())
                    .orElseThrow(() -> new IllegalArgumentException(setting + ": libvirt has no such operation"));
            HookAction action = checked(setting, () -> HookAction.of(entry.getValue()));
            ActionMapping before = mapping;
            mapping = checked(setting, () -> before.with(operation, action));
        }
        return mapping;
    }

    private static <K> Map<K, Enforcement> mapped(
            String setting, Map<String, String> configured, Function<String, K> key) {
        Map<K, Enforcement> mapped = new java.util.HashMap<>();
        configured.forEach((name, value) -> mapped.put(
                checked(setting + "." + name, () -> key.apply(name)),
                checked(setting + "." + name, () -> Enforcement.of(value))));
        return mapped;
    }

    private static Duration scaled(Duration duration, double scale) {
        return Duration.ofNanos(Math.round(duration.toNanos() * scale));
    }

    private interface Reading<T> {
        T value();
    }

    private static <T> T checked(String setting, Reading<T> reading) {
        try {
            return reading.value();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
        }
    }
}
