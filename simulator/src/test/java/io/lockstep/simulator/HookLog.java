package io.lockstep.simulator;

import io.lockstep.core.domain.HostName;
import io.lockstep.simulator.hook.HookCaller;
import io.lockstep.simulator.hook.HookResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** Writes every hook call down, and answers as it was told to. */
public final class HookLog implements HookCaller {

    /** One call, and the XML that came with it. */
    public record Call(HostName host, String name, String operation, String suboperation, String extra, String xml) {
        public String line() {
            return host + " [" + name + "] [" + operation + "] [" + suboperation + "] [" + extra + "]";
        }
    }

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, BiFunction<HostName, Call, HookResult>> answers = new HashMap<>();

    @Override
    public HookResult call(
            HostName host, String name, String operation, String suboperation, String extra, String xml) {
        Call call = new Call(host, name, operation, suboperation, extra, xml);
        calls.add(call);
        return answers.getOrDefault(operation, (h, c) -> HookResult.allow()).apply(host, call);
    }

    public HookLog on(String operation, BiFunction<HostName, Call, HookResult> answer) {
        answers.put(operation, answer);
        return this;
    }

    public HookLog refuse(String operation, String reason) {
        return on(operation, (host, call) -> HookResult.refuse(reason));
    }

    public List<Call> calls() {
        return calls;
    }

    /** {@code HOST OPERATION EXTRA}, in order. */
    public List<String> order() {
        return calls.stream()
                .map(c -> c.host() + " " + c.operation() + (c.extra().equals("-") ? "" : " " + c.extra()))
                .toList();
    }

    public void clear() {
        calls.clear();
    }
}
