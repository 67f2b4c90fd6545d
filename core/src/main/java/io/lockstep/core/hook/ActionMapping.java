package io.lockstep.core.hook;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What an operator wants done at each operation.
 *
 * <p>Guarantees: {@code migrate} is always SHARED, the mode that is wanted on both hosts while a handover is open. It cannot be
 * mapped: {@code none} would silently end every handover of that host, and with it every live migration's protection;
 * {@code exclusive} would refuse every one. Locks are wanted only at operations where a domain comes up or is up, and given back
 * only at those where it has gone.
 */
public record ActionMapping(Map<HookOperation, HookAction> actions) {

    public ActionMapping {
        Map<HookOperation, HookAction> all = new EnumMap<>(HookOperation.class);
        for (HookOperation operation : HookOperation.values()) {
            HookAction action = actions.getOrDefault(operation, HookAction.NONE);
            check(operation, action);
            all.put(operation, action);
        }
        actions = Collections.unmodifiableMap(all);
    }

    /** Every claim's mode when a domain is about to start, all of it back when the domain is released. */
    public static ActionMapping defaults() {
        return new ActionMapping(Map.of(
                HookOperation.MIGRATE, HookAction.SHARED,
                HookOperation.PREPARE, HookAction.EXCLUSIVE,
                HookOperation.RESTORE, HookAction.EXCLUSIVE,
                HookOperation.RELEASE, HookAction.UNLOCK));
    }

    public HookAction action(HookOperation operation) {
        return actions.getOrDefault(operation, HookAction.NONE);
    }

    /** @throws IllegalArgumentException when the operation cannot have this action, saying why */
    public ActionMapping with(HookOperation operation, HookAction action) {
        Map<HookOperation, HookAction> changed = new EnumMap<>(actions);
        changed.put(operation, action);
        return new ActionMapping(changed);
    }

    /** Reads the {@code [actions]} section of the {@code qemu.ini} of the well-known Python hook script. */
    public static Imported importQemuIni(String text) {
        return QemuIni.read(text);
    }

    private static void check(HookOperation operation, HookAction action) {
        boolean ends = operation == HookOperation.STOPPED || operation == HookOperation.RELEASE;
        if (operation == HookOperation.MIGRATE && action != HookAction.SHARED) {
            throw new IllegalArgumentException("migrate cannot be mapped to " + action.word()
                    + ": there Lockstep opens the handover, during which both" + " hosts hold the volumes shared");
        }
        if (ends && (action == HookAction.EXCLUSIVE || action == HookAction.SHARED)) {
            throw new IllegalArgumentException(operation.word() + " cannot be mapped to " + action.word()
                    + ": the domain is gone by then; use unlock or none");
        }
        if (!ends && action == HookAction.UNLOCK) {
            throw new IllegalArgumentException(operation.word()
                    + " cannot be mapped to unlock: the domain starts or runs then; unlock at stopped or release");
        }
    }
}
