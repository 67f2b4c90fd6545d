package io.lockstep.agent.hook;

import io.lockstep.core.domain.HostName;
import io.lockstep.service.action.ManualAction;
import io.lockstep.service.action.ManualActions;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Tells of the bypasses that somebody gave on this host. {@code lockstepctl bypass} needs no agent, so they are found by looking.
 *
 * <p>Guarantee: a bypass is the same action each time that it is found, after a restart of the agent too, and so is kept once.
 */
public final class BypassWatch {

    private static final Logger LOG = Logger.getLogger(BypassWatch.class);
    private static final String SUFFIX = ".bypass";

    private final Path directory;
    private final HostName host;
    private final ManualActions actions;
    private final InstantSource clock;
    private final Map<Path, Bypass> found = new HashMap<>();

    public BypassWatch(Path directory, HostName host, ManualActions actions, InstantSource clock) {
        this.directory = directory;
        this.host = host;
        this.actions = actions;
        this.clock = clock;
    }

    private record Bypass(String domain, String by, Instant at, Instant until, String reason) {}

    /** To be called now and then, by one thread at a time. */
    public void look() {
        Map<Path, Bypass> now = new HashMap<>();
        try (Stream<Path> files = Files.isDirectory(directory) ? Files.list(directory) : Stream.empty()) {
            files.filter(f -> f.toString().endsWith(SUFFIX)).forEach(f -> read(f).ifPresent(b -> now.put(f, b)));
        } catch (IOException e) {
            LOG.debugf(e, "%s cannot be read", directory);
            return;
        }
        now.forEach((file, bypass) -> {
            if (!bypass.equals(found.get(file))) {
                actions.done(
                        action(bypass, "bypass", bypass.at(), bypass.by(), bypass.reason(), "until " + bypass.until()));
            }
        });
        found.forEach((file, bypass) -> {
            if (!now.containsKey(file) && clock.instant().isBefore(bypass.until())) {
                actions.done(action(bypass, "bypass --end", clock.instant(), "", "", "ended before " + bypass.until()));
            }
        });
        found.clear();
        found.putAll(now);
    }

    private ManualAction action(Bypass bypass, String what, Instant at, String by, String reason, String result) {
        String key = String.join(
                "\n",
                host.value(),
                what,
                bypass.domain(),
                bypass.at().toString(),
                bypass.until().toString());
        return new ManualAction(
                UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)),
                at,
                by,
                what,
                host.value(),
                bypass.domain(),
                List.of(),
                reason,
                result);
    }

    private static Optional<Bypass> read(Path file) {
        try {
            Map<String, String> values = Files.readAllLines(file).stream()
                    .filter(l -> l.contains("="))
                    .collect(Collectors.toMap(
                            l -> l.substring(0, l.indexOf('=')), l -> l.substring(l.indexOf('=') + 1), (a, b) -> a));
            String name = String.valueOf(file.getFileName());
            String domain = URLDecoder.decode(
                    name.substring(0, name.length() - SUFFIX.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
            return Optional.of(new Bypass(
                    domain,
                    values.getOrDefault("by", ""),
                    Instant.ofEpochSecond(Long.parseLong(values.getOrDefault("at", ""))),
                    Instant.ofEpochSecond(Long.parseLong(values.getOrDefault("until", ""))),
                    values.getOrDefault("reason", "")));
        } catch (IOException | IllegalArgumentException | java.time.DateTimeException e) {
            // The hook takes it for no bypass either; lockstepctl bypass --list says so.
            LOG.debugf(e, "%s is no bypass", file);
            return Optional.empty();
        }
    }
}
