package io.lockstep.core;

import io.lockstep.core.hook.HookEvent;
import io.lockstep.core.hook.HookOperation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a real two-host cluster printed. */
public final class Recordings {

    /** {@code 1795382720.90 h2 [d1] [migrate] [begin] [-] xml=…}; a line with "done" tells only when a call ended. */
    private static final Pattern HOOK = Pattern.compile(
            "^(?:out\\| )?[0-9.]+ (h[12]) \\[(\\S+)] \\[(\\S+)] \\[(\\S+)] \\[(.+?)] xml=", Pattern.MULTILINE);

    private static final Pattern STATE = Pattern.compile("domstate: ([a-z][a-z ]*) \\(([^)]*)\\)");

    private Recordings() {}

    /** One call and the host that made it. */
    public record Call(String host, HookEvent event) {}

    public static byte[] bytes(String name) {
        try (InputStream in = Recordings.class.getResourceAsStream("/recordings/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    public static List<Call> calls(String name) {
        return HOOK.matcher(text(name)).results().map(Recordings::call).toList();
    }

    private static Call call(MatchResult line) {
        HookOperation operation = HookOperation.of(line.group(3)).orElseThrow();
        return new Call(
                line.group(1), new HookEvent(line.group(2), operation, line.group(4), line.group(5), new byte[0]));
    }

    /** Each {@code domstate --reason} that was seen while migrating, as lifecycle and reason. */
    public static List<List<String>> states(String name) {
        return STATE.matcher(text(name))
                .results()
                .map(s -> List.of(s.group(1), s.group(2)))
                .distinct()
                .toList();
    }

    /** The documents of one migration's target, by the operation that got them. */
    public static Map<String, String> documents() {
        Map<String, String> documents = new TreeMap<>();
        for (String part : text("22-incoming-xml.txt").split("== [0-9.]+-d1-", -1)) {
            if (!part.isBlank()) {
                documents.put(part.substring(0, part.indexOf('-')), part.substring(part.indexOf('<')));
            }
        }
        return documents;
    }
}
