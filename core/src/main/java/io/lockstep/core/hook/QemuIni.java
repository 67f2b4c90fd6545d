package io.lockstep.core.hook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the {@code [actions]} section of a {@code qemu.ini}, by the rules of Python's {@code configparser}. Other sections are not
 * ours and may hold anything.
 */
final class QemuIni {

    private static final Pattern SECTION = Pattern.compile("\\[([^]]*)].*");
    private static final Pattern OPTION = Pattern.compile("([^=:]*?)\\s*[=:]\\s*(.*)");
    private static final Pattern REMARK = Pattern.compile("(^|\\s)[;#].*");
    private static final int LONGEST_QUOTE = 60;

    private enum Where {
        NOWHERE,
        ACTIONS,
        ELSEWHERE
    }

    private record Entry(int line, HookAction action) {}

    private final Map<HookOperation, Entry> entries = new EnumMap<>(HookOperation.class);
    private final List<Imported.Finding> findings = new ArrayList<>();
    private Where where = Where.NOWHERE;
    private boolean seen;
    private int indent = Integer.MAX_VALUE;

    private QemuIni() {}

    static Imported read(String text) {
        QemuIni ini = new QemuIni();
        int number = 0;
        for (String line :
                (text.startsWith("\uFEFF") ? text.substring(1) : text).lines().toList()) {
            ini.line(++number, line);
        }
        if (!ini.seen) {
            ini.error(0, "there is no [actions] section");
        }
        ActionMapping mapping = ini.mapping();
        ini.findings.sort(Comparator.comparingInt(Imported.Finding::line));
        return new Imported(mapping, ini.findings);
    }

    private void line(int number, String line) {
        String content = REMARK.matcher(line).replaceFirst("").strip();
        if (content.isEmpty()) {
            return;
        }
        Matcher section = SECTION.matcher(content);
        if (section.matches()) {
            where = section.group(1).strip().equalsIgnoreCase("actions") ? Where.ACTIONS : Where.ELSEWHERE;
            seen |= where == Where.ACTIONS;
            indent = Integer.MAX_VALUE;
            return;
        }
        switch (where) {
            case NOWHERE -> error(number, quoted(content) + " stands before any [section]");
            case ACTIONS ->
                option(number, content, line.length() - line.stripLeading().length());
            case ELSEWHERE -> {
                // Another section's settings are not actions.
            }
        }
    }

    private void option(int number, String content, int indented) {
        if (indented > indent) {
            error(number, quoted(content) + " is indented, which continues the line above; an action is one word");
            return;
        }
        indent = indented;
        Matcher option = OPTION.matcher(content);
        if (!option.matches()) {
            error(number, quoted(content) + " is no setting; write OPERATION = ACTION");
            return;
        }
        Optional<HookOperation> operation = HookOperation.of(option.group(1).toLowerCase(Locale.ROOT));
        if (operation.isEmpty()) {
            error(number, quoted(option.group(1)) + " is no operation of libvirt's qemu hook");
            return;
        }
        try {
            HookAction action = HookAction.of(option.group(2).toLowerCase(Locale.ROOT));
            Entry earlier = entries.putIfAbsent(operation.get(), new Entry(number, action));
            if (earlier != null) {
                error(number, operation.get().word() + " is set twice, first in line " + earlier.line());
            }
        } catch (IllegalArgumentException e) {
            error(number, quoted(option.group(2)) + " is no action: use exclusive, shared, unlock or none");
        }
    }

    private ActionMapping mapping() {
        Optional<Entry> started = entry(HookOperation.STARTED, HookAction.EXCLUSIVE);
        started.ifPresent(s -> {
            strengthen(HookOperation.PREPARE, s);
            strengthen(HookOperation.RESTORE, s);
        });
        ActionMapping mapping = ActionMapping.defaults();
        for (Map.Entry<HookOperation, Entry> each : entries.entrySet()) {
            mapping = apply(mapping, each.getKey(), each.getValue());
        }
        return mapping;
    }

    private Optional<Entry> entry(HookOperation operation, HookAction action) {
        return Optional.ofNullable(entries.get(operation)).filter(e -> e.action() == action);
    }

    /** Two hosts that start one domain both pass a shared prepare, and both run it before either asks at started. */
    private void strengthen(HookOperation operation, Entry started) {
        entry(operation, HookAction.SHARED).ifPresent(shared -> {
            entries.put(operation, new Entry(shared.line(), HookAction.EXCLUSIVE));
            entries.put(HookOperation.STARTED, new Entry(started.line(), HookAction.NONE));
            warn(
                    shared.line(),
                    operation.word() + " = shared with started = exclusive (line " + started.line() + ") lets two hosts"
                            + " start one domain at the same moment: both hold it shared, and both run it until one of them"
                            + " asks for exclusive. Imported as " + operation.word() + " = exclusive, started = none;"
                            + " live migration does not need the shared start here");
        });
    }

    private ActionMapping apply(ActionMapping mapping, HookOperation operation, Entry entry) {
        if (operation == HookOperation.MIGRATE) {
            if (entry.action() != HookAction.SHARED) {
                warn(
                        entry.line(),
                        "migrate = " + entry.action().word()
                                + " is left out: at migrate Lockstep always opens a handover,"
                                + " during which both hosts hold the volumes shared");
            }
            return mapping;
        }
        if (operation == HookOperation.PREPARE && entry.action() != HookAction.EXCLUSIVE) {
            warn(
                    entry.line(),
                    "prepare = " + entry.action().word()
                            + " does not keep a second host from starting the same domain");
        }
        try {
            return mapping.with(operation, entry.action());
        } catch (IllegalArgumentException e) {
            error(entry.line(), String.valueOf(e.getMessage()));
            return mapping;
        }
    }

    private void warn(int line, String text) {
        findings.add(new Imported.Finding(line, Imported.Severity.WARNING, text));
    }

    private void error(int line, String text) {
        findings.add(new Imported.Finding(line, Imported.Severity.ERROR, text));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints()
                .limit(LONGEST_QUOTE)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(quoted::appendCodePoint);
        return quoted.append('"').toString();
    }
}
