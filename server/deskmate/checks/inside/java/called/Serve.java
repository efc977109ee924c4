package deskmatecalled;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Calls methods with what it makes of the numbers that it reads, line after line, and says in JSON what
 * comes of each call.
 */
public final class Serve {
    private static final PrintStream CHANNEL = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    private static final TreeSet<Integer> REACHED = new TreeSet<>();
    private final List<Executable> callees = new ArrayList<>();
    private final List<Field> state = new ArrayList<>();
    private final Pool pool;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** Notes that a line is reached. */
    public static void reach(int line) {
        synchronized (REACHED) {
            REACHED.add(line);
        }
    }

    /** The file that says what is called: see `Plan`. */
    public static void main(String[] args) throws Exception {
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.setIn(new ByteArrayInputStream(new byte[0]));
        System.setErr(new PrintStream(new ByteArrayOutputStream()));
        Serve serve = new Serve(Files.readAllLines(Paths.get(args[0]), StandardCharsets.UTF_8));
        System.setOut(new PrintStream(serve.printed, true, "UTF-8"));
        serve.greet();
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            int[] numbers = Arrays.stream(line.trim().split(" ")).mapToInt(Integer::parseInt).toArray();
            serve.answer(serve.callees.get(numbers[0]), Arrays.copyOfRange(numbers, 1, numbers.length));
        }
    }

    private Serve(List<String> plan) throws Exception {
        Class<?> owner = Class.forName(plan.get(0));
        List<Method> steps = new ArrayList<>();
        List<Class<?>> classes = new ArrayList<>();
        for (String line : plan) {
            if (line.startsWith("class ")) {
                classes.add(Class.forName(line.substring(6), false, owner.getClassLoader()));
            }
        }
        List<Executable> members = new ArrayList<>(Arrays.asList(owner.getDeclaredMethods()));
        members.addAll(Arrays.asList(owner.getDeclaredConstructors()));
        for (String line : plan) {
            if (line.startsWith("callee ")) {
                callees.add(members.stream().filter(one -> line.substring(7).equals(one.toString())).findFirst().orElse(null));
            } else if (line.startsWith("step ")) {
                classes.stream().flatMap(one -> Arrays.stream(one.getDeclaredMethods()))
                        .filter(one -> line.substring(5).equals(one.toString())).findFirst().ifPresent(steps::add);
            }
        }
        Class<?> values = Class.forName("DeskmateValues");
        Object[][] calls = (Object[][]) values.getMethod("calls").invoke(null);
        Object[] known = (Object[]) values.getMethod("values").invoke(null);
        pool = new Pool(classes, steps, calls, known);
        for (Class<?> one : classes) {
            for (Field field : one.getDeclaredFields()) {
                boolean isFixed = Modifier.isFinal(field.getModifiers())
                        && (field.getType().isPrimitive() || field.getType() == String.class);
                if (Modifier.isStatic(field.getModifiers()) && !field.isSynthetic() && !isFixed && !field.isEnumConstant()) {
                    field.setAccessible(true);
                    state.add(field);
                }
            }
        }
    }

    static void say(Map<String, ?> told) {
        CHANNEL.println("deskmate:" + Json.write(told));
    }

    private void greet() {
        List<Object> hello = new ArrayList<>();
        for (Executable one : callees) {
            Map<String, Object> callee = new LinkedHashMap<>();
            callee.put("type", one == null ? "" : one.toGenericString());
            callee.put("seen", one == null ? 0 : findSeen(one).size());
            callee.put("left", one == null ? "is no more" : findObstacle(one));
            hello.add(callee);
        }
        say(Map.of("callees", hello));
    }

    private String findObstacle(Executable one) {
        boolean able = isStatic(one) || pool.canMake(one.getDeclaringClass(), 0);
        for (Type kind : one.getGenericParameterTypes()) {
            able &= pool.canMake(kind, 0);
        }
        return able ? "" : "takes arguments that nobody can make";
    }

    private static boolean isStatic(Executable one) {
        return one instanceof Constructor || Modifier.isStatic(one.getModifiers());
    }

    /** The calls that there are and that fit. */
    private List<Object[]> findSeen(Executable one) {
        List<Object[]> found = new ArrayList<>();
        for (Object[] args : pool.calls) {
            boolean fits = args.length == one.getParameterCount();
            for (int at = 0; fits && at < args.length; at++) {
                fits = pool.fits(args[at], one.getParameterTypes()[at]);
            }
            if (fits) {
                found.add(args);
            }
        }
        return found;
    }

    private void answer(Executable callee, int[] numbers) {
        Drawing draw = new Drawing(pool, numbers);
        Object receiver;
        Object[] args;
        String written;
        try {
            int seen = draw.next(1 << 16);
            receiver = isStatic(callee) ? null : draw.makeObject(callee.getDeclaringClass(), 0);
            List<Object[]> all = findSeen(callee);
            args = 0 < seen && seen <= all.size()
                    ? draw.copyAll(all.get(seen - 1), callee)
                    : draw.makeAll(callee, 0);
            List<String> texts = new ArrayList<>();
            for (Object one : args) {
                texts.add(draw.show(one));
            }
            String owner = receiver != null ? draw.show(receiver) + "." : "";
            written = owner + (callee instanceof Constructor ? "new " : "") + Callees.nameOf(callee)
                    + "(" + String.join(", ", texts) + ")";
        } catch (Throwable impossible) {
            say(Map.of("call", ""));
            say(Map.of("kind", "unfit", "unfit", true));
            return;
        }
        say(Map.of("call", written));
        List<Object> before = describeState();
        printed.reset();
        REACHED.clear();
        Map<String, Object> told = observe(callee, receiver, args);
        told.put("output", new String(printed.toByteArray(), StandardCharsets.UTF_8));
        List<Object> left = new ArrayList<>(List.of("arguments"));
        List<String> shown = new ArrayList<>();
        List<Object> given = new ArrayList<>(Arrays.asList(args));
        given.add(receiver);
        for (Object one : given) {
            left.add(Describe.describe(one));
            shown.add(Shown.plain(one));
        }
        told.put("left", left);
        told.put("leftShown", shown);
        if (!before.equals(describeState())) {
            told = new LinkedHashMap<>(Map.of("kind", "effect", "shown", "changes globals"));
        }
        told.put("lines", new ArrayList<>(REACHED));
        say(told);
    }

    private List<Object> describeState() {
        List<Object> found = new ArrayList<>();
        for (Field one : state) {
            try {
                found.add(Describe.describe(one.get(null)));
            } catch (ReflectiveOperationException | LinkageError error) {
                found.add(null);
            }
        }
        return found;
    }

    static Map<String, Object> observe(Executable callee, Object receiver, Object[] args) {
        Map<String, Object> told = new LinkedHashMap<>();
        try {
            callee.setAccessible(true);
            Object result = callee instanceof Method
                    ? ((Method) callee).invoke(receiver, args)
                    : ((Constructor<?>) callee).newInstance(args);
            result = Describe.finish(result);
            if (Describe.isFunction(result)) {
                return new LinkedHashMap<>(Map.of("kind", "effect", "shown", "gives a function"));
            }
            boolean isVoid = callee instanceof Method && ((Method) callee).getReturnType() == void.class;
            told.put("kind", "returned");
            told.put("value", Describe.describe(result));
            told.put("shown", isVoid ? "nothing" : Shown.plain(result));
        } catch (InvocationTargetException error) {
            Throwable why = error.getCause();
            boolean isFault = why instanceof VirtualMachineError || why instanceof ClassCastException;
            String says = isThrown(why) && why.getMessage() != null ? why.getMessage() : "";
            told.put("kind", "threw");
            told.put("unfit", isFault);
            told.put("value", List.of("thrown", why.getClass().getName(), says));
            List<String> classes = new ArrayList<>();
            for (Class<?> one = why.getClass(); one != null; one = one.getSuperclass()) {
                classes.add(one.getSimpleName());
            }
            told.put("classes", classes);
            told.put("shown", why.getClass().getSimpleName() + (says.isEmpty() ? "" : " (" + Shown.cut(says) + ")"));
        } catch (Throwable error) {
            told.put("kind", "unfit");
            told.put("unfit", true);
        }
        return told;
    }

    /** Whether the project's own code threw it, whose message is part of what the code does. */
    private static boolean isThrown(Throwable why) {
        StackTraceElement[] trace = why.getStackTrace();
        boolean isNative = why instanceof NullPointerException || why instanceof IndexOutOfBoundsException
                || why instanceof ArithmeticException || why instanceof NegativeArraySizeException;
        return trace.length > 0 && !isNative && !trace[0].getClassName().matches("(java|javax|jdk|sun)\\..*");
    }
}
