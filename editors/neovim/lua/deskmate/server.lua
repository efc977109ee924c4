-- Which program the server is; and one that ends without being asked to comes back, once.

local M = {}

--- When and how it last ended so, for `:checkhealth`; nil where it did not.
---@type string?
M.trouble = nil

--- The program that `make install` makes in the clone that this plugin lies in, where it is there;
--- else the one on the PATH.
---@return string
function M.program()
  local clone = vim.fn.fnamemodify(require("deskmate").folder, ":h:h")
  for _, place in ipairs({ "bin/deskmate", "Scripts/deskmate.exe" }) do
    local program = vim.fs.joinpath(clone, ".venv", place)
    if vim.fn.executable(program) == 1 then
      return program
    end
  end
  return "deskmate"
end

local PATIENCE = 3000 -- milliseconds until a server that starts is there

--- The server for a buffer that is not told of to any: the one that is starting for it, that of its
--- root, since Neovim starts none for a file of no type, or for what is no file that of the answer.
---@param buffer integer
---@return vim.lsp.Client?
function M.find(buffer)
  local running = vim.lsp.get_clients({ name = "deskmate" })[1]
  if vim.bo[buffer].buftype ~= "" then
    return require("deskmate.explanation").client() or running
  end
  if not vim.lsp.is_enabled("deskmate") then
    return nil
  end
  local config = vim.deepcopy(vim.lsp.config.deskmate)
  if type(config.root_dir) == "function" then
    config.root_dir(buffer, function(root)
      config.root_dir = root
    end)
  else
    config.root_dir = config.root_dir or vim.fs.root(buffer, config.root_markers or {})
  end
  if running and type(config.root_dir) ~= "string" then
    vim.lsp.buf_attach_client(buffer, running.id)
    return running
  end
  local id = vim.lsp.start(config, { bufnr = buffer, reuse_client = config.reuse_client })
  local client = id and vim.lsp.get_client_by_id(id)
  vim.wait(client and PATIENCE or 0, function()
    return client.initialized or client:is_stopped()
  end, 20)
  return client and client.initialized and client or nil
end

---@param code integer
---@param signal integer
---@param client_id integer
function M.ended(code, signal, client_id)
  vim.schedule(function()
    require("deskmate.jobs").forget(client_id)
    require("deskmate.explanation").forget(client_id)
    if (code == 0 and signal == 0) or vim.v.exiting ~= vim.NIL then
      return
    end
    local how = signal ~= 0 and "signal " .. signal or "code " .. code
    local again = M.trouble == nil and vim.lsp.is_enabled("deskmate")
    local next = again and "it is started again" or "`:edit` starts it again"
    M.trouble = os.date("%H:%M") .. ", " .. how
    require("deskmate.message").warn(("The server ended unexpectedly (%s); %s."):format(how, next))
    if again then
      vim.lsp.enable("deskmate")
    end
  end)
end

return M
