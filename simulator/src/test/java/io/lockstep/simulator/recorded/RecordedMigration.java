package io.lockstep.simulator.recorded;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One recorded migration.
 *
 * @param virsh the exit status and error of {@code virsh migrate}
 * @param hooks {@code HOST [NAME] [OP] [SUBOP] [EXTRA] DISKS}, in the order of the clock
 * @param states per host the different states that somebody saw, in order
 * @param after per host what was printed afterwards: the list of domains, the state
 */
record RecordedMigration(
        Recording.Step virsh, List<String> hooks, Map<String, List<String>> states, Map<String, List<String>> after) {

    private static final Pattern HOOK = Pattern.compile(
            "[0-9.]+ (h\\d) (\\[\\w+] \\[\\w+] \\[\\w+] \\[[\\w-]+]) xml=\\d+B disks=\\{(.*?)} tags=.*");
    private static final Pattern DISK = Pattern.compile("source dev='([^']+)'");
    private static final Pattern STATE = Pattern.compile("[0-9.]+ (h\\d) domstate: ([a-z][^|]*?) \\|.*");

    static RecordedMigration of(String name) {
        Recording recording = Recording.of(name);
        List<String> hooks = new ArrayList<>();
        Map<String, List<String>> states = new LinkedHashMap<>();
        Map<String, List<String>> after = new LinkedHashMap<>();
        String section = "";
        for (String line : recording.lines()) {
            Matcher hook = HOOK.matcher(line);
            Matcher state = STATE.matcher(line);
            if (line.startsWith("---")) {
                section = line.replaceFirst("^--- ", "");
            } else if (hook.matches()) {
                hooks.add(hook.group(1) + " " + hook.group(2) + " " + disks(hook.group(3)));
            } else if (state.matches() && !state.group(2).startsWith("error")) {
                List<String> seen = states.computeIfAbsent(state.group(1), h -> new ArrayList<>());
                if (seen.isEmpty() || !seen.getLast().equals(state.group(2))) {
                    seen.add(state.group(2));
                }
            } else if (section.matches("h\\d after")) {
                after.computeIfAbsent(section.substring(0, 2), h -> new ArrayList<>())
                        .add(line.strip());
            }
        }
        return new RecordedMigration(recording.steps().getFirst(), hooks, states, after);
    }

    static List<String> hooks(List<String> lines) {
        List<String> hooks = new ArrayList<>();
        for (String line : lines) {
            Matcher hook = HOOK.matcher(line);
            if (hook.matches()) {
                hooks.add(hook.group(1) + " " + hook.group(2) + " " + disks(hook.group(3)));
            }
        }
        return hooks;
    }

    /** The block devices in a hook's XML, in order. */
    static List<String> disks(String xml) {
        List<String> disks = new ArrayList<>();
        Matcher disk = DISK.matcher(xml);
        while (disk.find()) {
            disks.add(disk.group(1));
        }
        return disks;
    }
}
